using System.Buffers;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Translates a stream as it arrives: bytes of the provider's stream in, whole events of the client's out. How the input is cut into pieces makes no
/// difference to the output. Gives its memory back by itself when the stream is complete. Not thread-safe.
/// </summary>
public sealed class StreamTranslation : IDisposable
{
    private readonly AnswerStreamReader _reader;
    private readonly AnswerWriter _writer;

    internal StreamTranslation(AnswerStreamReader reader, AnswerWriter writer) => (_reader, _writer) = (reader, writer);

    /// <summary>Whether the client has received the end of its stream (or an error event); nothing may follow.</summary>
    public bool IsComplete => _writer.IsComplete;

    /// <summary>
    /// The error that the provider's stream ended in, as the client has been told; <see langword="null"/> while there is none. Where
    /// nothing has been sent to the client yet, it may be answered as an HTTP error, or another model be tried.
    /// </summary>
    public ClientError? Error => _writer.Error;

    /// <summary>What of the stream so far the client's format has no place for, as paths, each once.</summary>
    public IReadOnlyCollection<string> LeftOut => _writer.LeftOut;

    /// <summary>Memory that is held for an event that is not there whole, in bytes.</summary>
    public int Held => _reader.Held;

    /// <summary>Takes the next piece and writes whatever events it completes.</summary>
    /// <exception cref="ProviderAnswerException">The stream is damaged, or an event is larger than the limit.</exception>
    public void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        if (IsComplete)
            return;
        _writer.Output = output;
        try
        {
            _reader.Read(piece, _writer);
        }
        catch (InvalidDataException exception)
        {
            throw new ProviderAnswerException(exception.Message, exception);
        }

        ReleaseWhenComplete();
    }

    /// <summary>
    /// The provider closed its stream: writes what is still owed to the client. A stream that ended before its time ends for the
    /// client with an error event, never as if it were complete.
    /// </summary>
    public void End(IBufferWriter<byte> output)
    {
        if (IsComplete)
            return;
        _writer.Output = output;
        _reader.End(_writer);
        ReleaseWhenComplete();
    }

    /// <summary>The stream broke off for a reason of ours or of the network's: closes what is open and writes an error event.</summary>
    public void Fail(ClientError error, IBufferWriter<byte> output)
    {
        _writer.Output = output;
        _writer.End(AnswerEnd.Failed(error));
        ReleaseWhenComplete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    // Not before the piece is done: a reader that is being read from must not lose its buffer.
    private void ReleaseWhenComplete()
    {
        if (IsComplete)
            Dispose();
    }
}
