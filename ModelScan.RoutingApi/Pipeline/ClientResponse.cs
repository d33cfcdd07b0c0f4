using System.IO.Pipelines;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// Where an answer goes. Headers can be set until it begins; it begins with the first write after <see cref="Begin"/>. Used by one
/// request.
/// </summary>
internal abstract class ClientResponse
{
    private const int LargestPiece = 64 << 10;

    /// <summary>Whether the client has been sent anything.</summary>
    public abstract bool HasBegun { get; }

    public abstract IHeaderDictionary Headers { get; }

    /// <summary>Takes the body; a slow client makes its flushes wait.</summary>
    public abstract PipeWriter Body { get; }

    /// <summary>Cancelled when the client leaves.</summary>
    public abstract CancellationToken ClientLeft { get; }

    /// <summary>The status that was set; 0 until then.</summary>
    public int Status { get; private set; }

    /// <summary>Whether the answer ends before its end: whoever owns the connection lets the client see that.</summary>
    public bool IsBrokenOff { get; private set; }

    /// <summary>Keeps a copy of the body that is written from now on, where the answer goes to somebody far away; asked for before it begins.</summary>
    public virtual void CaptureBody(AnswerCapture capture)
    {
        // A program in this process has it in its hands anyway.
    }

    /// <summary>
    /// Writes a whole body, piece by piece as the client takes it: the server copies what it is given at once, however much that is, and keeps
    /// the memory for it.
    /// </summary>
    public async ValueTask WriteWholeAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        for (; body.Length > LargestPiece; body = body[LargestPiece..])
            await Body.WriteAsync(body[..LargestPiece], cancellationToken);
        await Body.WriteAsync(body, cancellationToken);
    }

    /// <summary>Sets the status, and says what the gateway did.</summary>
    public void Begin(int status, in AnswerHead head)
    {
        Status = status;
        WriteHead(status, head);
    }

    /// <summary>Begins without a body.</summary>
    public abstract Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The answer cannot be completed. What has been written still arrives; then the client sees an end that nobody can take for a
    /// good one: no last chunk in HTTP/1.1, a reset stream in HTTP/2. Nothing is to be written afterwards.
    /// </summary>
    public virtual void BreakOff() => IsBrokenOff = true;

    protected abstract void WriteHead(int status, in AnswerHead head);
}
