namespace ModelScan.RoutingApi.Pipeline;

/// <summary>A request's hold on the router that serves it. Dispose it once, when the answer is complete.</summary>
internal readonly struct RouterLease(RouterHandle handle) : IDisposable
{
    public IRouter Router => handle.Router;

    public void Dispose() => handle.Leave();
}
