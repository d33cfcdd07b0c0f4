namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>Knows of a stream of server-sent events whether it stands between two of them, by the last bytes that passed.</summary>
internal struct EventBoundary
{
    // The last four bytes, the latest lowest.
    private uint _tail;
    private bool _any;

    /// <summary>Whether nothing has passed yet, or a blank line last.</summary>
    public readonly bool IsBetweenEvents => !_any || (_tail & 0xFFFF) is 0x0A0A or 0x0D0D || _tail == 0x0D0A0D0A;

    /// <summary>Takes note of bytes that pass.</summary>
    public void Pass(ReadOnlySpan<byte> bytes)
    {
        _any |= !bytes.IsEmpty;
        foreach (var value in bytes[Math.Max(0, bytes.Length - 4)..])
            _tail = (_tail << 8) | value;
    }
}
