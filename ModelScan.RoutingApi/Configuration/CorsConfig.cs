namespace ModelScan.RoutingApi.Configuration;

/// <summary>Which pages of other sites may ask models from a browser (<c>routing.cors</c>).</summary>
/// <param name="Origins">Their origins, such as <c>https://app.example.com</c>, <c>https://*.example.com</c>, or <c>*</c> for any.</param>
/// <param name="MaxAge">For how long a browser need not ask again whether it may.</param>
public sealed record CorsConfig(IReadOnlyList<string> Origins, TimeSpan MaxAge);
