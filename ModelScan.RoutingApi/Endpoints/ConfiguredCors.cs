using Microsoft.AspNetCore.Cors.Infrastructure;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// Which pages of other sites may ask models from a browser (<c>routing.cors</c>): none, unless the configuration names them, and never
/// what administers the gateway.
/// </summary>
internal sealed class ConfiguredCors(CurrentSnapshot current) : ICorsPolicyProvider
{
    private (CorsConfig Config, CorsPolicy Policy)? _made;

    /// <summary>
    /// Answers browsers. The middleware is made by hand: where ASP.NET Core makes one whose method has a second parameter, it loads the compiler
    /// of expressions, 5 MB of it, into every gateway.
    /// </summary>
    public static void Use(IApplicationBuilder app)
    {
        var (cors, policies, loggers) = (app.ApplicationServices.GetRequiredService<ICorsService>(), app.ApplicationServices.GetRequiredService<ICorsPolicyProvider>(), app.ApplicationServices.GetRequiredService<ILoggerFactory>());
        app.Use(next =>
        {
            var middleware = new CorsMiddleware(next, cors, loggers);
            return context => middleware.Invoke(context, policies);
        });
    }

    /// <inheritdoc/>
    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName) => Task.FromResult(PolicyFor(context.Request.Path));

    /// <summary>Whether a page of that origin may ask for that path.</summary>
    public bool Allows(PathString path, string origin) => PolicyFor(path) is { } policy && (policy.AllowAnyOrigin || policy.IsOriginAllowed(origin));

    private CorsPolicy? PolicyFor(PathString path) => current.Value.Config.Cors is { } config && IsOfModels(path) ? PolicyOf(config) : null;

    private static bool IsOfModels(PathString path) => path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/routing", StringComparison.OrdinalIgnoreCase);

    private CorsPolicy PolicyOf(CorsConfig config)
    {
        if (_made is { } made && ReferenceEquals(made.Config, config))
            return made.Policy;
        var policy = Make(config);
        _made = (config, policy);
        return policy;
    }

    // Keys travel in headers, not in cookies: pages need no credentials of the browser's.
    private static CorsPolicy Make(CorsConfig config) => new CorsPolicyBuilder()
        .WithOrigins([.. config.Origins])
        .SetIsOriginAllowedToAllowWildcardSubdomains()
        .AllowAnyHeader()
        .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
        .WithExposedHeaders("*")
        .SetPreflightMaxAge(config.MaxAge)
        .Build();
}
