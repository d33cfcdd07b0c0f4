using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelScan.InProcess;
using ModelScan.RoutingApi;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing;

/// <summary>Everything between a request and its answer, without HTTP on either side: providers are scripts, the client is a buffer.</summary>
internal sealed class RoutingRig : IDisposable, IAsyncDisposable
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
    public static string Config(int models, string routing = "mode: policy", string providerInterface = "openai")
    {
        var config = TestConfig.Empty.Routing(routing).CodeRoute([.. Enumerable.Range(0, models).Select(i => $"p{i}/m")]);
        for (var i = 0; i < models; i++)
            config = config.Model($"p{i}/m", $"http://p{i}", $"k{i}", $"provider_interface: {providerInterface}{(i == 0 ? ", default: true" : "")}");
        return config;
    }

    /// <summary>Lets the mode in force answer.</summary>
    public Task<RoutedAnswer> RouteAsync(string body, ApiFormat format = ApiFormat.ChatCompletions) =>
        AnswerAsync(body, format, call => Get<RequestPipeline>().RunAsync(call.Request, call.Response));

    /// <summary>Asks the models of those names, in order.</summary>
    public Task<RoutedAnswer> AttemptAsync(string body, params string[] models) => AnswerAsync(body, ApiFormat.ChatCompletions, call =>
        Get<ModelAttempts>().RunAsync(call.Plan("test"), [.. models.Select(name => call.Request.Snapshot.Models.Find(name)!)], CancellationToken.None));

    /// <summary>Forwards to a Plano at <c>http://plano</c>.</summary>
    public Task<RoutedAnswer> ForwardAsync(string body, PlanoPatience patience, bool hasFallback = false) => AnswerAsync(body, ApiFormat.ChatCompletions, call => Get<PlanoForwarder>().ForwardAsync(
        call.Plan("plano_proxy", hasFallback), new PlanoEndpoint(new Uri("http://plano"), null, false), patience, CancellationToken.None));

    public void Dispose() => _host.Dispose();

    public ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();

    private async Task<RoutedAnswer> AnswerAsync(string body, ApiFormat format, Func<Call, ValueTask<RouteResult>> answer)
    {
        using var response = new InProcessResponse(CancellationToken.None);
        var said = ReadAsync(response.Output);
        var request = new ClientRequest(format, RequestKind.Answer, RequestMemory.Of(Encoding.UTF8.GetBytes(body)), new HeaderDictionary(), Get<CurrentSnapshot>().Value, Time, Time.GetTimestamp());
        var result = await answer(new Call(request, response));
        await response.CompleteAsync();
        return new RoutedAnswer(result, response.Status, Encoding.UTF8.GetString(await said), response.IsBrokenOff);
    }

    private static async Task<byte[]> ReadAsync(PipeReader reader)
    {
        using var all = new MemoryStream();
        await reader.CopyToAsync(all);
        return all.ToArray();
    }

    private sealed record Call(ClientRequest Request, ClientResponse Response)
    {
        public RoutePlan Plan(string mode, bool hasFallback = false) => new(Request, Response, mode, hasFallback ? RouteTerms.BeforeFallback : RouteTerms.Alone);
    }
}

/// <summary>What came of a request.</summary>
/// <param name="Result">As the pipeline says it.</param>
/// <param name="Status">The status that was sent.</param>
/// <param name="Text">What the client was sent.</param>
/// <param name="IsBroken">Whether the client's connection was broken off.</param>
internal sealed record RoutedAnswer(RouteResult Result, int Status, string Text, bool IsBroken)
{
    /// <summary>Why there is no answer; <see langword="null"/> when there is one.</summary>
    public ClientError? Error => Result.Failure?.Error;

    /// <summary>How many requests were sent.</summary>
    public int Attempts => Result.AttemptCount;

    /// <summary>Who was asked last.</summary>
    public string? Model => Result.Target?.Name;

    public IReadOnlyList<string> Dropped => Result.Dropped;

    public string? RetryAfter => Result.Failure?.RetryAfter;

    /// <summary>Whether the request's memory may still be read by a connection.</summary>
    public bool IsBodyAbandoned => Result.Plan.Request.Memory.IsAbandoned;
}
