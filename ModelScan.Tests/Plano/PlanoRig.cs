using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Plano;
using ModelScan.Tests.ModelMetrics;

namespace ModelScan.Tests.Plano;

/// <summary>A Plano container on a scripted engine, with a server that plays Plano, on a clock that stands still and without jitter.</summary>
internal sealed class PlanoRig : IAsyncDisposable
{
    public const string PlanoConfig = """
        version: v0.4.0
        listeners: [{ type: model, name: m, port: 12345 }]
        model_providers: [{ model: openai/gpt-4o, access_key: $OPENAI_API_KEY }]
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services;

    private PlanoRig(FeedServer plano, Func<PlanoEmbeddedConfig, PlanoEmbeddedConfig>? change)
    {
        (Plano, var services) = (plano, new ServiceCollection());
        services.AddMetrics();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new RecordingLogs(Lines)));
        _services = services.BuildServiceProvider();
        Engine.Write("image");
        Engine.Write("port", plano.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Engine.Write("plano.yaml", PlanoConfig);
        var config = new PlanoEmbeddedConfig(Path.Combine(Engine.Folder, "plano.yaml"), "katanemo/plano:0.4.36", new Dictionary<string, string> { ["OPENAI_API_KEY"] = "sk-very-secret" }) { Engine = Engine.Program };
        Container = new PlanoContainer(
            change?.Invoke(config) ?? config, PlanoContainerTiming.Default, Clock, new MiddlingRandom(),
            new PlanoMeters(Meters), _services.GetRequiredService<ILogger<PlanoContainer>>());
    }

    public ScriptedEngine Engine { get; } = new();

    public FeedServer Plano { get; }

    public FakeTimeProvider Clock { get; } = new();

    /// <summary>What was logged: level, then the message.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public PlanoContainer Container { get; }

    public static async Task<PlanoRig> CreateAsync(Func<PlanoEmbeddedConfig, PlanoEmbeddedConfig>? change = null) => new(await FeedServer.StartAsync("{}"), change);

    /// <summary>Starts the container and waits until it is healthy.</summary>
    public static async Task<PlanoRig> StartHealthyAsync(Func<PlanoEmbeddedConfig, PlanoEmbeddedConfig>? change = null)
    {
        var rig = await CreateAsync(change);
        rig.Container.Start();
        await rig.UntilAsync(PlanoContainerStatus.Healthy);
        return rig;
    }

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
            throw new TimeoutException($"waited in vain at {Container.Current}; calls: {string.Join(" | ", Engine.Calls)}", exception);
        }
    }

    /// <summary>Has the container end and the next check find that out.</summary>
    public async Task<PlanoContainerSnapshot> FailAsync(PlanoContainerStatus expected)
    {
        Plano.AnswerJson("{}", status: 503);
        Engine.Write("state", "exited 137");
        Container.RequestCheck();
        var after = await UntilAsync(expected);
        Engine.Delete("state");
        Plano.AnswerJson("{}");
        return after;
    }

    public async ValueTask DisposeAsync()
    {
        await Container.DisposeAsync();
        await Plano.DisposeAsync();
        await _services.DisposeAsync();
        Engine.Dispose();
    }

    /// <summary>Draws the middle, for which the jitter is nil.</summary>
    private sealed class MiddlingRandom : Random
    {
        public override double NextDouble() => 0.5;

        public override long NextInt64(long maxValue) => 0xabcd;
    }

    private sealed class RecordingLogs(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
