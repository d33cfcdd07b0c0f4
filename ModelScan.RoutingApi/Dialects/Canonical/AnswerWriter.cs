using System.Buffers;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Writes an answer in the client's format, of the events that it takes: as a stream, or whole at its end. Not thread-safe.</summary>
internal abstract class AnswerWriter : IAnswerSink, IDisposable
{
    private const int MostNames = 64;

    private HashSet<string>? _leftOut;

    // The first half of a surrogate pair, escaped, that the latest piece of a part ended with.
    private byte[]? _half;
    private (PartKind Kind, int Part) _halfOf;

    // What came with it, where nothing else of its piece is left to go with.
    private byte[] _halfJson = [];

    /// <summary>Where the client's bytes go; set before events are pushed.</summary>
    public IBufferWriter<byte> Output { get; set; } = null!;

    public abstract bool IsComplete { get; }

    /// <summary>The error that the answer ended in, as the client has been told; <see langword="null"/> while there is none.</summary>
    public abstract ClientError? Error { get; }

    /// <summary>What of the answer the client's format has no place for, as paths, each once.</summary>
    public IReadOnlyCollection<string> LeftOut => (IReadOnlyCollection<string>?)_leftOut ?? [];

    /// <summary>The answer's id at the provider; <see langword="null"/> where it has none, or has not begun.</summary>
    protected string? Id { get; private set; }

    /// <summary>When the provider began it, in seconds since 1970; 0 where it does not tell.</summary>
    protected long Created { get; private set; }

    public void Take(scoped ref readonly AnswerEvent next)
    {
        if (IsComplete)
            return;
        if (next.Kind == AnswerEventKind.Begin)
            (Id, Created) = (next.Id, next.Created);
        else if (next.Kind == AnswerEventKind.LeftOut)
            LeaveOut(next.Name!);
        else if (_half is not null || (next.Kind == AnswerEventKind.Delta && LoneSurrogates.MayBeIn(next.Token)))
            TakeHalves(in next);
        else
            TakeNext(in next);
    }

    /// <summary>Writes an event of an answer that has begun and is not complete yet.</summary>
    protected abstract void TakeNext(scoped ref readonly AnswerEvent next);

    // Parsers of many clients refuse half of a surrogate pair. A pair that was cut in two is put together again; what stays half becomes U+FFFD.
    private void TakeHalves(scoped ref readonly AnswerEvent next)
    {
        var goesOn = next.Kind == AnswerEventKind.Delta && next.Part == _halfOf.Part;
        if (_half is not null && !goesOn)
        {
            _half = null;
            var lone = new AnswerEvent { Kind = AnswerEventKind.Delta, PartKind = _halfOf.Kind, Part = _halfOf.Part, Token = "\"\\ufffd\""u8, Json = _halfJson };
            _halfJson = [];
            TakeNext(in lone);
        }

        if (next.Kind != AnswerEventKind.Delta)
        {
            TakeNext(in next);
            return;
        }

        ReadOnlySpan<byte> token = _half is { } half ? (byte[])[(byte)'"', .. half, .. next.Token[1..]] : next.Token;
        var end = LoneSurrogates.FirstHalfAtEnd(token);
        (_half, _halfOf) = (end.IsEmpty ? null : end.ToArray(), (next.PartKind, next.Part));
        if (!end.IsEmpty)
            token = (byte[])[.. token[..^(end.Length + 1)], (byte)'"'];
        var whole = next;
        whole.Token = LoneSurrogates.MendToken(token);
        if (_halfJson.Length > 0)
            whole.Json = next.Json.IsEmpty ? _halfJson : (byte[])[.. _halfJson, (byte)',', .. next.Json];
        _halfJson = whole.Token.Length > 2 ? [] : whole.Json.ToArray();
        if (whole.Token.Length > 2)
            TakeNext(in whole);
    }

    // A provider may make up as many names as it likes.
    private void LeaveOut(string name)
    {
        _leftOut ??= new HashSet<string>(StringComparer.Ordinal);
        if (_leftOut.Count < MostNames)
            _leftOut.Add(name);
    }

    /// <summary>Gives buffers back.</summary>
    public abstract void Dispose();
}
