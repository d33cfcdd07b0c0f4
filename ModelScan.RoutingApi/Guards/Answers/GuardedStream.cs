using System.Buffers;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Guards.Texts;

namespace ModelScan.RoutingApi.Guards.Answers;

/// <summary>
/// Guards a streamed answer:
/// <list type="number">
/// <item>events wait in a queue, in the order in which they came;</item>
/// <item>the pieces in them make up texts (<see cref="AnswerPieces"/>), which are looked at as a whole, however they are cut;</item>
/// <item>what is decided of a text is what lies so far behind its end that nothing that follows can change it;</item>
/// <item>an event leaves when all its pieces are decided and everything before it has left, with other strings where they changed and every
/// other byte as it came: no event is added, none is lost;</item>
/// <item>an event without a piece says that the texts before it are over.</item>
/// </list>
/// </summary>
/// <param name="run">The guards.</param>
/// <param name="hold">Characters that are held back; <see langword="null"/> for all.</param>
internal sealed class GuardedStream(GuardRun run, int? hold) : IDisposable
{
    // Beyond this a provider that never ends a text would fill the memory.
    private const long MostWaiting = 64L << 20;

    private readonly EventCutter _events = new();
    private readonly Queue<Waiting> _queue = new();
    private readonly Dictionary<(string Group, string Name), AnswerText> _texts = [];
    private readonly List<AnswerPiece> _pieces = [];
    private long _waiting;

    private sealed record Waiting(byte[] Bytes, (AnswerPiece Piece, AnswerText Text, long Start)[] Pieces)
    {
        public bool IsDecided => Array.TrueForAll(Pieces, static piece => piece.Start + piece.Piece.Text.Length <= piece.Text.Decided);
    }

    /// <summary>Takes bytes of the answer and writes what may be sent; nothing once the answer is refused (<see cref="GuardRun.Refusal"/>).</summary>
    public void Add(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        _events.Append(bytes);
        while (run.Refusal is null && _events.TryRead(out var next))
        {
            if (IsComment(next))
                output.Write(next);
            else
                Take(next.ToArray());
            if (_waiting > MostWaiting || _events.Waiting > MostWaiting)
                throw new GuardRefusedException(new ClientError(StatusCodes.Status502BadGateway, $"the answer has more than {MostWaiting} bytes that wait to be looked at", "GuardFailed"));
        }

        // What is to be seen whole is not sent before its end.
        if (hold is not null)
            Send(output);
    }

    /// <summary>The answer is over: writes what is left.</summary>
    public void End(IBufferWriter<byte> output)
    {
        if (_events.Rest() is { Length: > 0 } rest)
            Take(rest.ToArray());
        DecideAll();
        Send(output);
    }

    public void Dispose() => _events.Dispose();

    private void Take(byte[] bytes)
    {
        _pieces.Clear();
        var offset = 0;
        var isOver = false;
        if (DataOf(ref bytes) is { Length: > 0 } data && data.Span[0] == '{')
        {
            offset = bytes.AsSpan().IndexOf(data.Span);
            try
            {
                var type = AnswerPieces.Read(data.Span, _pieces);
                isOver = _pieces.Count == 0 && !IsBetween(type);
                if (_pieces.Count == 0 && JsonTexts.Change(data.Span, run.Repetition) is { } changed)
                    bytes = [.. bytes.AsSpan(0, offset), .. changed, .. bytes.AsSpan(offset + data.Length)];
            }
            catch (JsonException)
            {
                // It is no event of any format, and passes as it is.
                _pieces.Clear();
            }
        }
        else if (bytes.AsSpan().IndexOf("data:"u8) >= 0)
        {
            isOver = true; // [DONE]
        }

        if (isOver)
            DecideAll();
        Enqueue(bytes, offset);
    }

    private void Enqueue(byte[] bytes, int offset)
    {
        var pieces = new (AnswerPiece, AnswerText, long)[_pieces.Count];
        for (var i = 0; i < pieces.Length; i++)
        {
            var piece = _pieces[i] with { Start = _pieces[i].Start + offset };
            EndOthers(piece);
            if (!_texts.TryGetValue((piece.Group, piece.Name), out var text))
                _texts.Add((piece.Group, piece.Name), text = new AnswerText(run, AnswerPieces.IsJson(piece.Name)));
            pieces[i] = (piece, text, text.Length);
            text.Add(piece.Text);
            text.Decide(hold, isOver: false);
        }

        _queue.Enqueue(new Waiting(bytes, pieces));
        _waiting += bytes.Length;
    }

    // A choice, a block or an item says one thing after the other; some providers name what they do not say in every event.
    private void EndOthers(AnswerPiece piece)
    {
        if (hold is null || piece.Text.Length == 0)
            return;
        foreach (var ((group, name), text) in _texts)
        {
            if (name != piece.Name && group == piece.Group && text.Decided < text.Length)
                text.Decide(hold, isOver: true);
        }
    }

    private void DecideAll()
    {
        foreach (var text in _texts.Values)
            text.Decide(hold, isOver: true);
    }

    private void Send(IBufferWriter<byte> output)
    {
        while (run.Refusal is null && _queue.TryPeek(out var next) && next.IsDecided)
        {
            _queue.Dequeue();
            _waiting -= next.Bytes.Length;
            Write(next, output);
            foreach (var (piece, text, start) in next.Pieces)
                text.Forget(start + piece.Text.Length);
        }
    }

    private static void Write(Waiting next, IBufferWriter<byte> output)
    {
        var edits = new JsonEdits(next.Bytes);
        foreach (var (piece, text, start) in next.Pieces)
        {
            if (text.Sent(start, piece.Text) is { } changed)
                edits.Replace(piece.Start, piece.Length, EscapedText.TokenOf(changed));
        }

        output.Write(edits.ToArray() ?? next.Bytes);
    }

    // Comments keep connections alive and say nothing: they need not wait.
    private static bool IsComment(ReadOnlySpan<byte> next) => next[0] == ':' && next.IndexOf("data:"u8) < 0;

    // What may stand between two pieces of one text.
    private static bool IsBetween(string? type) => type is "ping" or "keepalive" || type?.Contains("annotation", StringComparison.Ordinal) == true;

    // The JSON of an event; one that is spread over several lines is written on one.
    private static ReadOnlyMemory<byte> DataOf(ref byte[] bytes)
    {
        var (first, lines) = (default(Range), 0);
        for (var at = 0; at < bytes.Length;)
        {
            var length = bytes.AsSpan(at).IndexOfAny((byte)'\n', (byte)'\r');
            var end = length < 0 ? bytes.Length : at + length;
            if (bytes.AsSpan(at, end - at).StartsWith("data:"u8))
            {
                var start = at + 5;
                while (start < end && bytes[start] == ' ')
                    start++;
                if (lines++ == 0)
                    first = start..end;
            }

            at = end + 1;
        }

        if (lines <= 1)
            return bytes.AsMemory()[first];
        bytes = Joined(bytes);
        return DataOf(ref bytes);
    }

    private static byte[] Joined(byte[] bytes)
    {
        var (head, data) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        foreach (var range in bytes.AsSpan().SplitAny("\r\n"u8))
        {
            var line = bytes.AsSpan()[range];
            if (line.StartsWith("data:"u8))
                data.Write(line[5..]);
            else if (line.Length > 0)
                head.Write((byte[])[.. line, (byte)'\n']);
        }

        return [.. head.WrittenSpan, .. "data:"u8, .. data.WrittenSpan, .. "\n\n"u8];
    }
}
