namespace ModelScan.RoutingApi.Cli;

/// <summary>
/// Host and Kestrel log the exception, with its stack trace, that they throw at whoever starts them. <see cref="StartFailure"/> tells it in
/// one line, so until the gateway has started, these two say nothing.
/// </summary>
internal sealed class QuietStart
{
    private static readonly (string Name, LogLevel Afterwards)[] Categories =
        [("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Warning), (GatewayHost.ServerCategory, GatewayHost.ServerLevel)];

    private volatile bool _hasStarted;

    public void Apply(IServiceCollection services) => services.AddLogging(logging =>
    {
        foreach (var (category, afterwards) in Categories)
            logging.AddFilter(category, level => level >= afterwards && _hasStarted);
    });

    /// <summary>From when they may speak again.</summary>
    public void EndWith(CancellationToken started) => started.Register(() => _hasStarted = true);
}
