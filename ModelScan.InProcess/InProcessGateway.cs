using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelScan.RoutingApi;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Wire;

namespace ModelScan.InProcess;

/// <summary>
/// The gateway without its HTTP surface, for use from .NET: the same modes, providers, decisions, sessions and fallback, in the
/// caller's process. Thread-safe. Disposing it ends what its mode holds (a container).
/// </summary>
public sealed class InProcessGateway : IAsyncDisposable
{
    private const string HeaderPrefix = "x-modelscan-";
    private readonly IHost _host;

    private InProcessGateway(IHost host) => _host = host;

    /// <summary>The mode in force.</summary>
    public GatewayMode Mode => GatewayModes.Of(Modes.Mode);

    /// <summary>The router of the mode in force.</summary>
    internal RoutingApi.Pipeline.IRouter Current
    {
        get
        {
            using var lease = Modes.Enter();
            return lease.Router;
        }
    }

    private RouterSwitch Modes => _host.Services.GetRequiredService<RouterSwitch>();

    private RoutingConfig Config => _host.Services.GetRequiredService<CurrentSnapshot>().Value.Config;

    /// <summary>Starts a gateway with a configuration file.</summary>
    /// <param name="path">The file; the README tells its format.</param>
    /// <exception cref="InvalidConfigurationException">The file cannot be read, or something in it is wrong.</exception>
    public static Task<InProcessGateway> StartAsync(string path) => StartAsync(GatewayConfiguration.FromFile(path));

    /// <summary>Starts a gateway.</summary>
    /// <param name="configuration">What it does.</param>
    /// <param name="services">Adds to what the gateway is made of, or replaces it: logging, a clock (<see cref="TimeProvider"/>).</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidConfigurationException">The configuration cannot be put in force.</exception>
    public static async Task<InProcessGateway> StartAsync(GatewayConfiguration configuration, Action<IServiceCollection>? services = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddServiceDiscovery();
        builder.Services.AddMetrics();
        builder.Services.AddRouting(configuration.Loaded);
        services?.Invoke(builder.Services);
        var host = builder.Build();
        try
        {
            _ = host.Services.GetRequiredService<RouterSwitch>();
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            return new InProcessGateway(host);
        }
        catch (InvalidConfigException exception)
        {
            host.Dispose();
            throw new InvalidConfigurationException(exception);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Switches to another mode; requests that run end in the one they began in.</summary>
    /// <exception cref="InvalidOperationException">The configuration lacks what the mode needs.</exception>
    public void Switch(GatewayMode mode) => Modes.Command(mode.ToRoutingMode());

    /// <summary>Lets a model answer.</summary>
    /// <exception cref="RouterException">Nobody answered; the exception's type says why.</exception>
    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<RouteResponse> RouteAsync(RouteRequest request, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        var call = Call(request, stream: false, cancellationToken);
        await using var ended = call.ConfigureAwait(false);
        using var body = new MemoryStream();
        await call.Output.CopyToAsync(body, cancellationToken).ConfigureAwait(false);
        await call.CompleteAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        RefuseErrors(call, body);
        var json = Parse(call, body.GetBuffer().AsMemory(0, (int)body.Length));
        var choice = FirstChoice(json);
        return new RouteResponse(
            Text(choice, "message", "content") ?? "", Text(json, "model") ?? "", call.Provider ?? "", Text(choice, "finish_reason"), UsageOf(json),
            Stopwatch.GetElapsedTime(started), Metadata(call, json), json);
    }

    /// <summary>Lets a model answer piece by piece.</summary>
    /// <exception cref="RouterException">Nobody answered, or the answer broke off; the exception's type says why.</exception>
    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async IAsyncEnumerable<RouteChunk> StreamAsync(RouteRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var call = Call(request, stream: true, cancellationToken);
        await using var ended = call.ConfigureAwait(false);
        await foreach (var piece in SseParser.Create(call.Output, (_, data) => data.ToArray()).EnumerateAsync(cancellationToken).ConfigureAwait(false))
        {
            RefuseErrors(call, new MemoryStream(piece.Data));
            if (piece.Data.AsSpan().SequenceEqual("[DONE]"u8))
                continue;
            var json = Parse(call, piece.Data);
            if (json.TryGetProperty("error", out var error))
                throw new UpstreamUnavailableException(Text(error, "message") ?? "the answer broke off") { Status = StatusCodes.Status502BadGateway };
            var choice = FirstChoice(json);
            yield return new RouteChunk(Text(choice, "delta", "content") ?? "", Text(choice, "finish_reason"), UsageOf(json), json);
        }

        await call.CompleteAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (call.Status >= StatusCodes.Status400BadRequest)
            RefuseErrors(call, new MemoryStream());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync().ConfigureAwait(false);
    }

    private InProcessCall Call(RouteRequest request, bool stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Messages.Count == 0)
            throw new InvalidRequestException("messages: must hold at least one message") { Field = "messages", Status = StatusCodes.Status400BadRequest };
        KeyValuePair<string, string>[] headers = request.Session is { } session ? [new("x-model-affinity", session)] : [];
        return new InProcessCall(request.ToChat(ModelOf(request), stream), headers, _host.Services, cancellationToken);
    }

    // A provider is a choice of ours only where we call the providers; a Plano has its own.
    private string? ModelOf(RouteRequest request)
    {
        if (request.Provider is not { Length: > 0 } provider)
            return request.Model;
        var entry = Config.Providers.FirstOrDefault(entry => entry.Provider == provider && (request.Model is not null || !entry.IsWildcard))
            ?? throw new ProviderNotFoundException($"no configured provider is called '{provider}'") { Status = StatusCodes.Status404NotFound };
        return request.Model is null ? entry.Name : $"{provider}/{(request.Model.StartsWith($"{provider}/", StringComparison.Ordinal) ? request.Model[(provider.Length + 1)..] : request.Model)}";
    }

    private static void RefuseErrors(InProcessCall call, MemoryStream body)
    {
        var status = call.Status;
        if (status < StatusCodes.Status400BadRequest)
            return;
        var text = System.Text.Encoding.UTF8.GetString(body.ToArray());
        throw new UpstreamStatusException($"{call.Provider}: HTTP {status}")
        {
            Status = status,
            Body = text,
            RetryAfter = call.Headers.RetryAfter is { Count: > 0 } wait ? wait.ToString() : null,
        };
    }

    private static JsonElement Parse(InProcessCall call, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new UpstreamProtocolException($"{call.Provider}: its answer is not JSON: {JsonProblem.Describe(exception, body.Span)}", exception);
        }

        throw new UpstreamProtocolException($"{call.Provider}: its answer is not a JSON object");
    }

    private static JsonElement FirstChoice(JsonElement json) =>
        json.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0 ? choices[0] : default;

    private static string? Text(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
                return null;
        }

        return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
    }

    private static RouteUsage? UsageOf(JsonElement json)
    {
        return json.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object
            ? new RouteUsage(Count("prompt_tokens"), Count("completion_tokens"), Count("total_tokens"))
            : null;

        long Count(string name) => usage.TryGetProperty(name, out var value) && value.TryGetInt64(out var count) ? count : 0;
    }

    private static Dictionary<string, string> Metadata(InProcessCall call, JsonElement json)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in (ReadOnlySpan<string>)["id", "object", "created"])
        {
            if (json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                metadata[name] = value.ToString();
        }

        foreach (var (name, value) in call.Headers)
        {
            if (name.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
                metadata[name[HeaderPrefix.Length..].ToLowerInvariant()] = value.ToString();
        }

        return metadata;
    }
}
