namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>Looks every two seconds whether definitions of agents have changed.</summary>
internal sealed class AgentFolderWatch(AgentFolders folders, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await folders.RefreshAsync(stoppingToken);
    }
}
