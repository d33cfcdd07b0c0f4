using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Plano;

namespace ModelScan.Tests.Integration.Plano;

/// <summary>A Plano container on the machine's own engine, in a hurry: pauses that are minutes are fractions of seconds here.</summary>
internal sealed class RealContainer : IAsyncDisposable
{
    public static readonly PlanoContainerTiming Hurried = new()
    {
        StartProbe = TimeSpan.FromMilliseconds(50),
        Confirmation = TimeSpan.FromMilliseconds(100),
        Backoff = TimeSpan.FromMilliseconds(100),
        DegradedPace = TimeSpan.FromMilliseconds(500),
        StopGrace = TimeSpan.FromSeconds(1),
    };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RealEngine _engine;
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelscan-embedded-");

    public RealContainer(RealEngine engine, Func<PlanoEmbeddedConfig, PlanoEmbeddedConfig>? change = null, string planoConfig = PlanoText.Minimal, params (string Name, string Value)[] variables)
    {
        engine.SkipIfMissing();
        _engine = engine;
        var path = Path.Combine(_folder.FullName, "plano.yaml");
        File.WriteAllText(path, planoConfig);
        var config = new PlanoEmbeddedConfig(path, engine.Image, variables.ToDictionary(pair => pair.Name, pair => pair.Value))
        {
            HealthInterval = TimeSpan.FromMilliseconds(200),
        };
        Container = new PlanoContainer(
            change?.Invoke(config) ?? config, Hurried, TimeProvider.System, Random.Shared,
            new PlanoMeters(_meters.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()), NullLogger<PlanoContainer>.Instance);
    }

    public PlanoContainer Container { get; }

    public string Name => Container.Current.ContainerName;

    public Task<PlanoContainerSnapshot> UntilAsync(PlanoContainerStatus status) => UntilAsync(snapshot => snapshot.Status == status);

    public async Task<PlanoContainerSnapshot> UntilAsync(Func<PlanoContainerSnapshot, bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            return await Container.WaitUntilAsync(condition, limit.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"waited {Patience} in vain at {Container.Current}"), exception);
        }
    }

    /// <summary>Starts it and waits until it is healthy.</summary>
    public Task<PlanoContainerSnapshot> StartHealthyAsync()
    {
        Container.Start();
        return UntilAsync(PlanoContainerStatus.Healthy);
    }

    /// <summary>Disposes the container, and checks that it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await Container.DisposeAsync();
        await _meters.DisposeAsync();
        _folder.Delete(recursive: true);
        Assert.False(await _engine.HasContainerAsync(Name), $"{Name} is still there");
    }
}
