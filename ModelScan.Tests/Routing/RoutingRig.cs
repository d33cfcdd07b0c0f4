using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelScan.RoutingApi;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Library;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing;

/// <summary>Everything between a request and its answer, without HTTP on either side: providers are scripts, the client is a buffer.</summary>
internal sealed class RoutingRig : IDisposable
{
    private readonly IHost _host;

    public RoutingRig(ScriptedProviders providers, string config, TimeProvider? time = null, Action<IServiceCollection>? services = null)
    {
        Time = time ?? TimeProvider.System;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddServiceDiscovery();
        builder.Services.AddMetrics();
        builder.Services.AddRouting(ConfigFile.OfText(config).Load());
        builder.Services.AddSingleton(Time);
        builder.Services.AddSingleton(new UpstreamClients(providers));
        services?.Invoke(builder.Services);
        _host = builder.Build();
    }

    public TimeProvider Time { get; }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Candidates <c>p0/m</c>, <c>p1/m</c>, … at the hosts <c>p0</c>, <c>p1</c>, …, in this order behind one route; the first is the default.</summary>
    public static string Config(int models, string routing = "mode: policy", string providerInterface = "openai") => $$"""
        version: v0.4.0
        listeners: [{ type: model, name: m, port: 12000 }]
        model_providers:
        {{string.Join('\n', Enumerable.Range(0, models).Select(i => $"  - {{ model: p{i}/m, access_key: k{i}, base_url: \"http://p{i}\", provider_interface: {providerInterface}{(i == 0 ? ", default: true" : "")} }}"))}}
        routing_preferences:
          - { name: code, description: "generating new code, writing functions", models: [{{string.Join(", ", Enumerable.Range(0, models).Select(i => $"p{i}/m"))}}] }
        routing: { {{routing}} }
        """;

    /// <summary>Lets the mode in force answer.</summary>
    public async Task<RoutedAnswer> RouteAsync(string body, ApiFormat format = ApiFormat.ChatCompletions, IDisposable? bodyOwner = null)
    {
        using var call = Begin(body, format, bodyOwner);
        using var lease = Get<RouterSwitch>().Enter();
        return await call.EndAsync(await lease.Router.RouteAsync(call.Exchange, CancellationToken.None));
    }

    /// <summary>Asks the models of those names, in order.</summary>
    public async Task<RoutedAnswer> AttemptAsync(string body, params string[] models)
    {
        using var call = Begin(body, ApiFormat.ChatCompletions, null);
        var error = await Get<ModelAttempts>().RunAsync(call.Exchange, [.. models.Select(name => call.Exchange.Models.Find(name)!)], CancellationToken.None);
        return await call.EndAsync(error);
    }

    /// <summary>Forwards to a Plano at <c>http://plano</c>.</summary>
    public async Task<RoutedAnswer> ForwardAsync(string body, PlanoPatience patience, bool hasFallback = false)
    {
        using var call = Begin(body, ApiFormat.ChatCompletions, null);
        call.Exchange.HasFallback = hasFallback;
        var error = await Get<PlanoForwarder>().ForwardAsync(call.Exchange, new PlanoEndpoint(new Uri("http://plano"), null, false), patience, CancellationToken.None);
        return await call.EndAsync(error);
    }

    public void Dispose() => _host.Dispose();

    private Call Begin(string body, ApiFormat format, IDisposable? bodyOwner)
    {
        var snapshot = Get<CurrentSnapshot>().Value;
        var response = new InProcessResponse(CancellationToken.None);
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = HttpMethods.Post, Path = "/", Scheme = "http", Protocol = "HTTP/1.1" });
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        features.Set<IHttpRequestLifetimeFeature>(response);
        var http = new DefaultHttpContext(features);
        var exchange = new ProxyExchange(http, format, Encoding.UTF8.GetBytes(body), snapshot, Get<ModelDirectories>().For(snapshot), Time.GetTimestamp(), static _ => { }) { BodyOwner = bodyOwner };
        return new Call(exchange, response);
    }

    private sealed class Call(ProxyExchange exchange, InProcessResponse response) : IDisposable
    {
        private readonly Task<byte[]> _said = ReadAsync(response.Output);

        public ProxyExchange Exchange => exchange;

        public async Task<RoutedAnswer> EndAsync(ClientError? error)
        {
            await response.CompleteAsync();
            return new RoutedAnswer(error, response.StatusCode, Encoding.UTF8.GetString(await _said), response.IsBroken, exchange.Attempts, exchange.Target?.Name, exchange.Dropped, exchange.RetryAfter, exchange.IsBodyAbandoned);
        }

        public void Dispose() => response.Dispose();

        private static async Task<byte[]> ReadAsync(PipeReader reader)
        {
            using var all = new MemoryStream();
            await reader.CopyToAsync(all);
            return all.ToArray();
        }
    }
}

/// <summary>What came of a request.</summary>
/// <param name="Error">Why there is no answer; <see langword="null"/> when there is one.</param>
/// <param name="Status">The status that was sent.</param>
/// <param name="Text">What the client was sent.</param>
/// <param name="IsBroken">Whether the client's connection was broken off.</param>
/// <param name="Attempts">How many models were asked.</param>
/// <param name="Model">Who was asked last.</param>
/// <param name="Dropped">What the provider was not told.</param>
/// <param name="RetryAfter">When to ask again.</param>
/// <param name="IsBodyAbandoned">Whether the request's memory may still be read by a connection.</param>
internal sealed record RoutedAnswer(
    ClientError? Error, int Status, string Text, bool IsBroken, int Attempts, string? Model, IReadOnlyList<string> Dropped, string? RetryAfter, bool IsBodyAbandoned);
