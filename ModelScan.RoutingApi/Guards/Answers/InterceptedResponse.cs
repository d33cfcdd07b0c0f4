using System.IO.Pipelines;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.RoutingApi.Guards.Answers;

/// <summary>
/// An answer on its way to the client that something looks at: it takes what routers write, and sends what becomes of it. The client's answer
/// begins with the first byte that is sent; until then it can still be refused with a status. Used by one request.
/// </summary>
internal abstract class InterceptedResponse : ClientResponse, IDisposable
{
    private readonly ClientResponse _client;
    private readonly ApiFormat _format;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationToken _clientLeft;
    private CollectingWriter? _body;
    private (int Status, AnswerHead Head)? _head;
    private bool _hasBegun;
    private bool _hasClientBegun;

    /// <summary>Begins.</summary>
    /// <param name="client">Where the answer goes.</param>
    /// <param name="format">The client's format.</param>
    protected InterceptedResponse(ClientResponse client, ApiFormat format)
    {
        (_client, _format) = (client, format);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(client.ClientLeft);
        _clientLeft = _ended.Token;
    }

    /// <inheritdoc/>
    public override bool HasBegun => _hasBegun || _client.HasBegun;

    /// <inheritdoc/>
    public override IHeaderDictionary Headers => _client.Headers;

    /// <inheritdoc/>
    public override PipeWriter Body => _body ??= new CollectingWriter(PassAsync);

    /// <summary>Cancelled when the client leaves, and when the answer is refused: then nobody needs the rest of it.</summary>
    public override CancellationToken ClientLeft => _clientLeft;

    /// <summary>Why the answer is refused, or could not be looked at.</summary>
    protected ClientError? Refusal { get; private set; }

    /// <summary>Whether it is a stream of server-sent events.</summary>
    protected bool IsEventStream => Headers.ContentType.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is JSON.</summary>
    protected bool IsJson => Headers.ContentType.ToString().Contains("json", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _hasBegun = true;
        BeginClient();
        await _client.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CaptureBody(AnswerCapture capture) => _client.CaptureBody(capture);

    /// <summary>The router is through: sends what is left, or says why there is nothing.</summary>
    /// <param name="result">What came of the request.</param>
    /// <returns>The same, or with the refusal.</returns>
    public async ValueTask<RouteResult> CompleteAsync(RouteResult result)
    {
        if (Refusal is null && result.Failure is null && _hasBegun)
        {
            try
            {
                if (_body is not null)
                    await _body.FlushAsync(_client.ClientLeft);
                if (Refusal is null && !IsBrokenOff)
                    await EndAsync();
                else if (Refusal is null && _hasClientBegun)
                    await EndBrokenAsync();
            }
            catch (GuardRefusedException exception)
            {
                await RefuseAsync(exception.Error);
            }
        }

        if (Refusal is { } refusal)
            return result with { Failure = new RouteFailure(FailureKind.Guarded, refusal) };
        if (!IsBrokenOff)
            return result;
        if (_hasClientBegun || _client.HasBegun)
        {
            _client.BreakOff();
            return result;
        }

        // Nothing has been sent of what broke off, so that it can be told properly.
        ForgetHead();
        return result.Failure is not null ? result : result with
        {
            Failure = new RouteFailure(FailureKind.UpstreamUnavailable, new ClientError(StatusCodes.Status502BadGateway, $"{result.Target?.Config.Provider ?? "the provider"}: connection lost: the answer broke off", "UpstreamUnavailable")),
        };
    }

    public virtual void Dispose()
    {
        _ended.Dispose();
        _body?.Dispose();
    }

    /// <summary>Takes bytes that a router wrote.</summary>
    /// <exception cref="GuardRefusedException">The answer is refused.</exception>
    protected abstract ValueTask TakeAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Everything has come: sends what is left.</summary>
    /// <exception cref="GuardRefusedException">The answer is refused.</exception>
    protected abstract ValueTask EndAsync();

    /// <summary>The answer broke off after some of it was sent: sends what may be.</summary>
    protected virtual ValueTask EndBrokenAsync() => ValueTask.CompletedTask;

    /// <summary>Something that is to stand in the headers, which are about to be sent.</summary>
    protected virtual void BeforeHead()
    {
        // Nothing, as a rule.
    }

    /// <summary>Sends bytes to the client.</summary>
    protected async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        BeginClient();
        await _client.Body.WriteAsync(bytes, _client.ClientLeft);
    }

    /// <summary>Sends a whole body, whose length is known now.</summary>
    protected ValueTask SendWholeAsync(ReadOnlyMemory<byte> bytes)
    {
        if (Headers.ContentLength is not null)
            Headers.ContentLength = bytes.Length;
        return SendAsync(bytes);
    }

    /// <inheritdoc/>
    protected override void WriteHead(int status, in AnswerHead head) => _head = (status, head);

    private void BeginClient()
    {
        if (_hasClientBegun)
            return;
        _hasClientBegun = true;
        if (_head is not { } head)
            return;
        BeforeHead();
        _client.Begin(head.Status, head.Head);
    }

    private async ValueTask PassAsync(ReadOnlyMemory<byte> bytes)
    {
        _hasBegun = true;
        if (Refusal is not null)
            return;
        try
        {
            await TakeAsync(bytes);
        }
        catch (GuardRefusedException exception)
        {
            await RefuseAsync(exception.Error);
        }
    }

    // What the provider's answer said of itself is not so of what the client gets instead.
    private void ForgetHead()
    {
        Headers.ContentType = default;
        Headers.ContentLength = null;
        Headers.Remove("Content-Encoding");
    }

    private async ValueTask RefuseAsync(ClientError error)
    {
        Refusal = error;
        if (_hasClientBegun || _client.HasBegun)
        {
            if (IsEventStream)
            {
                using var output = new PooledBuffer();
                SseErrorEvent.Write(output, _format, error);
                await _client.Body.WriteAsync(output.WrittenMemory, _client.ClientLeft);
            }

            _client.BreakOff();
        }
        else
        {
            ForgetHead();
        }

        await _ended.CancelAsync();
    }
}
