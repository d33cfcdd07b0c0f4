using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Hosting;

namespace ModelScan.Tests.Integration;

/// <summary>
/// The whole application without its containers, as <c>dotnet run --project ModelScan.AppHost</c> starts it, on random ports.
/// Started once for all tests of the collection; a request goes through <see cref="Gateway"/> or <see cref="MetricsMock"/>.
/// </summary>
public sealed class AppHostFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private DistributedApplication? _application;

    /// <summary>The running application.</summary>
    public DistributedApplication Application => _application ?? throw new InvalidOperationException("The application has not been started.");

    /// <summary>A client of the gateway; the caller disposes of it.</summary>
    public HttpClient Gateway => Application.CreateHttpClient("routing-api");

    /// <summary>A client of the mock; the caller disposes of it.</summary>
    public HttpClient MetricsMock => Application.CreateHttpClient("metrics-mock");

    /// <summary>The variables that a resource was started with.</summary>
    public IReadOnlyDictionary<string, string?> EnvironmentOf(string resource) =>
        Application.ResourceNotifications.TryGetCurrentState(resource, out var state)
            ? state!.Snapshot.EnvironmentVariables.DistinctBy(variable => variable.Name).ToDictionary(variable => variable.Name, variable => variable.Value)
            : throw new InvalidOperationException($"Nothing is known of '{resource}'.");

    /// <inheritdoc/>
    public async Task InitializeAsync() => _application = await StartAsync(StartLimit, "--Containers=false");

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }
    }

    /// <summary>Starts an application of one's own, up to a healthy gateway.</summary>
    /// <exception cref="OperationCanceledException">It is not healthy in time.</exception>
    internal static Task<DistributedApplication> StartAsync(TimeSpan limit, params string[] arguments) => StartAsync(limit, (_, _) => { }, arguments);

    /// <inheritdoc cref="StartAsync(TimeSpan, string[])"/>
    internal static async Task<DistributedApplication> StartAsync(
        TimeSpan limit, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure, params string[] arguments)
    {
        using var timeout = new CancellationTokenSource(limit);
        // The application owns what the builder made: disposing of the builder would end both.
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.ModelScan_AppHost>(arguments, configure, timeout.Token);
        var application = await builder.BuildAsync(timeout.Token);
        try
        {
            await application.StartAsync(timeout.Token);
            await application.ResourceNotifications.WaitForResourceHealthyAsync("routing-api", timeout.Token);
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }
}

/// <summary>Tests that share one running application.</summary>
[CollectionDefinition(Name)]
public sealed class AppHostCollection : ICollectionFixture<AppHostFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "AppHost";
}
