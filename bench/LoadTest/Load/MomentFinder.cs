using System.Buffers.Text;
using LoadTest.Servers;

namespace LoadTest.Load;

/// <summary>Finds in the bytes of a stream, however they are cut, the moments at which its events were sent.</summary>
internal sealed class MomentFinder
{
    private readonly byte[] _digits = new byte[PacedStream.TimeDigits];

    // Digits seen of the moment being read; -1 outside of one.
    private int _seen = -1;

    /// <summary>Calls <paramref name="found"/> with each moment, in nanoseconds of the monotonic clock.</summary>
    public void Find(ReadOnlySpan<byte> bytes, Action<long> found)
    {
        while (!bytes.IsEmpty)
        {
            if (_seen < 0)
            {
                var mark = bytes.IndexOf(PacedStream.TimeMark);
                if (mark < 0)
                    return;
                bytes = bytes[(mark + 1)..];
                _seen = 0;
            }

            var take = Math.Min(bytes.Length, _digits.Length - _seen);
            bytes[..take].CopyTo(_digits.AsSpan(_seen));
            bytes = bytes[take..];
            _seen += take;
            if (_seen < _digits.Length)
                return;
            _seen = -1;
            if (Utf8Parser.TryParse(_digits, out long moment, out var used) && used == _digits.Length)
                found(moment);
        }
    }
}
