using System.Runtime.InteropServices;

namespace ModelScan.RoutingApi.Cli;

/// <summary>Knows whether somebody asked this process to end: by Ctrl+C, or as supervisors do.</summary>
internal sealed class WishToEnd : IDisposable
{
    private readonly PosixSignalRegistration[] _signals;
    private volatile bool _wasUttered;

    /// <summary>Begins to listen. What ends the process is somebody else's business.</summary>
    public WishToEnd() => _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, _ => _wasUttered = true))];

    public bool WasUttered => _wasUttered;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
    }
}
