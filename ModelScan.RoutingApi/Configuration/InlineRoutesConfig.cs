namespace ModelScan.RoutingApi.Configuration;

/// <summary>How many routes a client may bring along with a request (<c>routing.inline_routes</c>): each is encoded before the first byte.</summary>
/// <param name="MaxRoutes">Most routes, 0..1000 (<c>max</c>); 0 lets nobody bring any.</param>
/// <param name="MaxBytes">Longest list as JSON (<c>max_text</c>), 0..1 MB.</param>
public sealed record InlineRoutesConfig(int MaxRoutes = 64, long MaxBytes = 64 << 10);
