using Microsoft.AspNetCore.Http.Features;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Library;

/// <summary>A Chat Completions request of this process on its way through a router, without a network in between.</summary>
internal sealed class InProcessCall : IAsyncDisposable
{
    private readonly InProcessResponse _response;
    private readonly Task _running;
    private ProxyExchange? _exchange;

    /// <summary>Sends a request.</summary>
    /// <param name="body">The request.</param>
    /// <param name="headers">What the client says beside it.</param>
    /// <param name="services">The router's services.</param>
    /// <param name="cancellationToken">Cancelled when the caller no longer wants an answer.</param>
    public InProcessCall(byte[] body, IEnumerable<KeyValuePair<string, string>> headers, IServiceProvider services, CancellationToken cancellationToken)
    {
        _response = new InProcessResponse(cancellationToken);
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = HttpMethods.Post, Path = "/v1/chat/completions", Scheme = "http", Protocol = "HTTP/1.1" });
        features.Set<IHttpResponseFeature>(_response);
        features.Set<IHttpResponseBodyFeature>(_response);
        features.Set<IHttpRequestLifetimeFeature>(_response);
        Http = new DefaultHttpContext(features) { RequestServices = services };
        Http.Request.ContentType = "application/json";
        foreach (var (name, value) in headers)
            Http.Request.Headers[name] = value;
        _running = RunAsync(body, services);
    }

    /// <summary>Request and response; headers and status are final with the first byte of <see cref="Output"/>.</summary>
    public DefaultHttpContext Http { get; }

    /// <summary>What the answer says so far.</summary>
    public Stream Output => _response.Output.AsStream(leaveOpen: true);

    /// <summary>Who was asked last; <see langword="null"/> before anyone was.</summary>
    public string? Provider => _exchange?.Target?.Config.Provider;

    /// <summary>Completes when the router has nothing more to say.</summary>
    /// <exception cref="RouterException">There is no answer, or not all of it.</exception>
    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    public async Task CompleteAsync()
    {
        await _running;
        if (_response.IsBroken)
            throw new UpstreamUnavailableException($"{Provider}: the answer broke off") { Status = StatusCodes.Status502BadGateway };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _response.Leave();
        await _response.Output.CompleteAsync();
        try
        {
            await _running;
        }
        catch (Exception exception) when (exception is OperationCanceledException or RouterException or InvalidRequestException)
        {
            // Whoever wanted to know has been told by CompleteAsync.
        }

        _response.Dispose();
    }

    private async Task RunAsync(byte[] body, IServiceProvider services)
    {
        await Task.Yield();
        var snapshot = services.GetRequiredService<CurrentSnapshot>().Value;
        try
        {
            using var lease = services.GetRequiredService<RouterSwitch>().Enter();
            _exchange = new ProxyExchange(
                Http, ApiFormat.ChatCompletions, body, snapshot, services.GetRequiredService<ModelDirectories>().For(snapshot),
                services.GetRequiredService<TimeProvider>().GetTimestamp(), Endpoints.ProxyHeaders.Write);
            var error = await lease.Router.RouteAsync(_exchange, Http.RequestAborted);
            ProxyTelemetry.Describe(_exchange);
            if (error is not null)
                throw RouterException.From(error, _exchange.RetryAfter);
        }
        finally
        {
            await _response.CompleteAsync();
        }
    }
}
