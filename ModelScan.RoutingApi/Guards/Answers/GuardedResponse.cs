using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Guards.Texts;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Guards.Answers;

/// <summary>
/// An answer on its way through the guards: a whole one is looked at when all of it is there, a stream as it comes (<see cref="GuardedStream"/>). Placeholders
/// become what they stood for.
/// </summary>
/// <param name="client">Where the answer goes.</param>
/// <param name="request">The request.</param>
/// <param name="run">The guards.</param>
/// <param name="schema">What a structured answer has to be; <see langword="null"/> for nothing.</param>
internal sealed class GuardedResponse(ClientResponse client, ClientRequest request, GuardRun run, AnswerSchema? schema) : InterceptedResponse(client, request.Format)
{
    private const int LargestWhole = 64 << 20;

    private readonly PooledBuffer _whole = new();
    private GuardedStream? _stream;
    private bool? _isLookedAt;

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _stream?.Dispose();
        _whole.Dispose();
    }

    /// <inheritdoc/>
    protected override void BeforeHead()
    {
        run.Tell();
        if (request.Guards is { Entries.Count: > 0 } guards)
            Headers[GuardStage.Header] = guards.ToString();
    }

    /// <inheritdoc/>
    protected override async ValueTask TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        _isLookedAt ??= Begin();
        if (_isLookedAt == false)
        {
            await SendAsync(bytes);
        }
        else if (_stream is null)
        {
            if (_whole.WrittenCount + bytes.Length > LargestWhole)
                throw new GuardRefusedException(new ClientError(StatusCodes.Status502BadGateway, $"the answer has more than {LargestWhole} bytes that wait to be looked at", "GuardFailed"));
            bytes.Span.CopyTo(_whole.GetSpan(bytes.Length));
            _whole.Advance(bytes.Length);
        }
        else
        {
            using var output = new PooledBuffer();
            schema?.Add(bytes.Span);
            _stream.Add(bytes.Span, output);
            await SendAsync(output.WrittenMemory);
            ThrowIfRefused();
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask EndAsync()
    {
        if (_isLookedAt != true)
            return;
        if (_stream is null)
        {
            await EndWholeAsync();
            return;
        }

        CheckSchema();
        using var output = new PooledBuffer();
        _stream.End(output);
        await SendAsync(output.WrittenMemory);
        ThrowIfRefused();
    }

    /// <inheritdoc/>
    protected override async ValueTask EndBrokenAsync()
    {
        if (_stream is null)
            return;
        using var output = new PooledBuffer();
        _stream.End(output);
        await SendAsync(output.WrittenMemory);
    }

    // Whether it is looked at at all.
    private bool Begin()
    {
        var isEncoded = Headers.ContentEncoding.Count > 0 && Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);
        var guards = run.Set.Config;
        if (IsEventStream && !isEncoded)
        {
            if (guards.Stream == StreamGuarding.Off && run.Set.ReadsAnswers)
                request.Guards!.Note("stream", "unverified");
            if (guards.Stream == StreamGuarding.Off && run.Placeholders.IsEmpty)
                return false;
            int? hold = !run.Set.ReadsAnswers || guards.Stream == StreamGuarding.Off ? 0 : guards.Stream == StreamGuarding.Window ? guards.Window : null;
            _stream = new GuardedStream(run, hold);
            return true;
        }

        if (IsJson || isEncoded || IsEventStream)
            return true;
        if (run.Set.ReadsAnswers)
            request.Guards!.Note("answer", "unverified");
        return false;
    }

    private async ValueTask EndWholeAsync()
    {
        var bytes = Decoded();
        if (IsEventStream)
        {
            using var output = new PooledBuffer();
            using var stream = new GuardedStream(run, hold: null);
            schema?.Add(bytes.Span);
            CheckSchema();
            stream.Add(bytes.Span, output);
            stream.End(output);
            ThrowIfRefused();
            await SendWholeAsync(output.WrittenSpan.ToArray());
            return;
        }

        byte[]? changed = null;
        try
        {
            changed = JsonTexts.Change(bytes.Span, run.Answer);
        }
        catch (JsonException) when (!run.Set.ReadsAnswers)
        {
            // What is no JSON holds no placeholder.
        }
        catch (JsonException)
        {
            throw new GuardRefusedException(new ClientError(StatusCodes.Status502BadGateway, "the provider's answer is not JSON, so that it cannot be looked at", "GuardFailed"));
        }

        schema?.Add(bytes.Span);
        if (Status is >= 200 and < 300)
            CheckSchema();
        ThrowIfRefused();
        await SendWholeAsync(changed ?? bytes);
    }

    private void CheckSchema()
    {
        if (run.Set.Schema is { } guard && schema?.Problem() is { } problem)
            run.Count(guard, "output", problem);
        else if (run.Set.Schema is { } passed && schema is not null)
            run.Note(passed, "clear");
        ThrowIfRefused();
    }

    private void ThrowIfRefused()
    {
        run.Tell();
        if (run.Refusal is { } refusal)
            throw new GuardRefusedException(refusal);
    }

    private ReadOnlyMemory<byte> Decoded()
    {
        if (Headers.ContentEncoding.Count == 0)
            return _whole.WrittenMemory;
        var encodings = Headers.ContentEncoding.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        try
        {
            using var copy = new MemoryStream(_whole.WrittenSpan.ToArray());
            using var text = ContentDecoding.Decoded(copy, encodings);
            using var decoded = new MemoryStream();
            var buffer = new byte[64 << 10];
            while (text.Read(buffer) is var read and > 0 && decoded.Length <= LargestWhole)
                decoded.Write(buffer, 0, read);
            Headers.Remove("Content-Encoding");
            return decoded.ToArray();
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException || ContentDecoding.IsMalformed(exception))
        {
            throw new GuardRefusedException(new ClientError(StatusCodes.Status502BadGateway, "the provider's answer is encoded in a way that cannot be undone, so that it cannot be looked at", "GuardFailed"));
        }
    }
}
