namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>Registers what the router model needs.</summary>
public static class RouterModelServices
{
    /// <summary>Name of the <see cref="HttpClient"/> that asks router models.</summary>
    public const string HttpClientName = "router-model";

    /// <summary>
    /// Adds the named client, with an optional further set-up. It follows no redirects, so that prompts reach no other host than
    /// the configured one, and logs no requests: <see cref="RouterModelClassifier"/> logs what matters.
    /// </summary>
    public static IHttpClientBuilder AddRouterModelHttpClient(this IServiceCollection services) =>
        services
            .AddHttpClient(HttpClientName)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
}
