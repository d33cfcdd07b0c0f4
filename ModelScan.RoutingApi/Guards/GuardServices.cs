using ModelScan.RoutingApi.Guards.Filters;
using ModelScan.RoutingApi.Guards.Jailbreaks;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Guards;

/// <summary>Registers guards and filters.</summary>
internal static class GuardServices
{
    /// <summary>Adds them, as the first stage that requests pass.</summary>
    public static IServiceCollection AddGuards(this IServiceCollection services)
    {
        services.AddSingleton<GuardMeters>();
        services.AddSingleton<HttpFilter>();
        services.AddSingleton<McpFilter>();
        services.AddSingleton<FilterChain>();
        services.AddSingleton<JailbreakEndpoint>();
        services.AddSingleton<GuardStage>();
        services.AddSingleton<IRequestStage>(provider => provider.GetRequiredService<GuardStage>());
        return services;
    }
}
