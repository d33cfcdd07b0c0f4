using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Sessions;

namespace ModelScan.RoutingApi.Cli.Doctor;

/// <summary>Whether the store of sessions can be read, in the way in which the gateway reads it.</summary>
internal static class SessionStoreCheck
{
    private const string Subject = "session store";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<Finding> RunAsync(RoutingWithoutServer routing, CancellationToken cancellationToken)
    {
        var config = routing.Loaded.Config.Session;
        if (config.Store == SessionStoreKind.Memory)
            return new Finding(Severity.Ok, Subject, "in the memory of the process; replicas that share sessions need Redis");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Limit);
        try
        {
            var services = routing.Services;
            await using var store = new SessionStoreState(
                config, new SessionStoreServices(TimeProvider.System, Random.Shared, services.GetRequiredService<SessionMetrics>(), services.GetRequiredService<ILoggerFactory>()));
            while ((await store.Current.GetAsync("modelscan-doctor", patience.Token)).Status == SessionReadStatus.Error)
                await Task.Delay(Pause, patience.Token);
            return new Finding(Severity.Ok, Subject, "Redis answers");
        }
        catch (FormatException exception)
        {
            return new Finding(Severity.Failure, Subject, exception.Message, "mend routing.session_cache.url");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Finding(
                Severity.Failure, Subject, $"Redis does not answer within {Limit.TotalSeconds:0} s", "start it, or mend routing.session_cache.url; until then requests go on without sessions");
        }
    }
}
