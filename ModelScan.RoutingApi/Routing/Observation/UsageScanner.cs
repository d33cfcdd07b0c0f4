using System.Buffers;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>
/// Finds the <c>usage</c> objects in an answer that flies by, streamed or whole and cut anywhere, without parsing the rest:
/// inside of strings the searched bytes cannot occur, because quotes are escaped there. Dispose it to give its memory back.
/// </summary>
internal sealed class UsageScanner : IDisposable
{
    // Usage objects have a dozen numbers; what is longer is none.
    private const int LongestObject = 4096;

    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}"u8);

    private readonly byte[] _carry = new byte[Name.Length - 1];
    private int _carried;
    private byte[]? _object;
    private int _length;
    private int _depth;
    private bool _inString;
    private bool _afterEscape;
    private State _state;

    private enum State
    {
        Searching,
        BeforeObject,
        InObject,
    }

    /// <summary>What has been reported so far; <see langword="null"/> for nothing.</summary>
    public TokenUsage? Usage { get; private set; }

    /// <summary>How many reports that was.</summary>
    public int Reports { get; private set; }

    private static ReadOnlySpan<byte> Name => "\"usage\""u8;

    /// <summary>Takes the next piece of the answer.</summary>
    public void Scan(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            piece = _state switch
            {
                State.Searching => Search(piece),
                State.BeforeObject => SkipToObject(piece),
                _ => Collect(piece),
            };
        }
    }

    public void Dispose()
    {
        if (_object is not null)
            ArrayPool<byte>.Shared.Return(_object);
        _object = null;
    }

    private ReadOnlySpan<byte> Search(ReadOnlySpan<byte> piece)
    {
        if (_carried > 0)
        {
            Span<byte> seam = stackalloc byte[2 * (Name.Length - 1)];
            _carry.AsSpan(0, _carried).CopyTo(seam);
            var more = Math.Min(piece.Length, Name.Length - 1);
            piece[..more].CopyTo(seam[_carried..]);
            var at = seam[..(_carried + more)].IndexOf(Name);
            if (at >= 0)
            {
                var used = at + Name.Length - _carried;
                Found();
                return piece[used..];
            }
        }

        var found = piece.IndexOf(Name);
        if (found >= 0)
        {
            Found();
            return piece[(found + Name.Length)..];
        }

        Carry(piece);
        return [];
    }

    private void Found() => (_state, _carried, _length, _depth, _inString, _afterEscape) = (State.BeforeObject, 0, 0, 0, false, false);

    // The last bytes may be the beginning of a name that goes on in the next piece.
    private void Carry(ReadOnlySpan<byte> piece)
    {
        if (piece.Length >= _carry.Length)
        {
            piece[^_carry.Length..].CopyTo(_carry);
            _carried = _carry.Length;
            return;
        }

        var kept = Math.Min(_carried, _carry.Length - piece.Length);
        _carry.AsSpan(_carried - kept, kept).CopyTo(_carry);
        piece.CopyTo(_carry.AsSpan(kept));
        _carried = kept + piece.Length;
    }

    private ReadOnlySpan<byte> SkipToObject(ReadOnlySpan<byte> piece)
    {
        var at = piece.IndexOfAnyExcept((ReadOnlySpan<byte>)[(byte)':', (byte)' ', (byte)'\n', (byte)'\r', (byte)'\t']);
        if (at < 0)
            return [];

        // "usage": null, or the name of something else.
        _state = piece[at] == '{' ? State.InObject : State.Searching;
        return piece[at..];
    }

    private ReadOnlySpan<byte> Collect(ReadOnlySpan<byte> piece)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            var value = piece[i];
            if (_inString)
            {
                if (_afterEscape)
                    _afterEscape = false;
                else if (value == '\\')
                    _afterEscape = true;
                else if (value == '"')
                    _inString = false;
            }
            else if (Marks.Contains(value))
            {
                _inString = value == '"';
                _depth += value == '{' ? 1 : value == '}' ? -1 : 0;
            }

            if (_length == LongestObject)
            {
                _state = State.Searching;
                return piece[i..];
            }

            (_object ??= ArrayPool<byte>.Shared.Rent(LongestObject))[_length++] = value;
            if (_depth > 0)
                continue;
            Usage = (Usage ?? default(TokenUsage)).With(_object.AsSpan(0, _length));
            Reports++;
            _state = State.Searching;
            return piece[(i + 1)..];
        }

        return [];
    }
}
