using System.Buffers;
using System.Text;

namespace ModelScan.WebConsole.Feeds;

/// <summary>Lines of server-sent events out of bytes as they come.</summary>
internal static class EventLines
{
    /// <summary>Takes a line, where there is a whole one.</summary>
    /// <param name="buffer">The bytes; what was taken is gone from it.</param>
    /// <param name="line">The line without its end.</param>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out string line)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
        {
            line = "";
            return false;
        }

        line = Encoding.UTF8.GetString(buffer.Slice(0, end)).TrimEnd('\r');
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }
}
