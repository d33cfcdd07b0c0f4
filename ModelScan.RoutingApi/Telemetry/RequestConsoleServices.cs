using Microsoft.Extensions.Logging.Console;

namespace ModelScan.RoutingApi.Telemetry;

/// <summary>Registers <see cref="RequestConsole"/>.</summary>
internal static class RequestConsoleServices
{
    /// <summary>Puts <see cref="RequestConsole"/> in the place of the console logger, if there is one.</summary>
    public static IServiceCollection AddRequestConsole(this IServiceCollection services)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType == typeof(ConsoleLoggerProvider)) is not { } console)
            return services;
        services.Remove(console);
        return services.AddSingleton<ConsoleLoggerProvider>().AddSingleton<ILoggerProvider, RequestConsole>();
    }
}
