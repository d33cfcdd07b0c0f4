using System.Net;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Headers;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// Asks a provider about a response that it keeps itself (<c>GET /v1/responses/{id}</c> and what lies below it), byte for byte. Nothing is
/// tried twice: whoever asks may do so again.
/// </summary>
internal sealed class HeldResponses(UpstreamClients clients, ClientIdentity identity, AnswerCutOff cutOff, TimeProvider time)
{
    /// <summary>Asks, and brings what the provider says to the client.</summary>
    /// <param name="target">A model of the provider.</param>
    /// <param name="method">GET, POST or DELETE.</param>
    /// <param name="path">What comes behind <c>/v1/responses</c>: <c>/resp_1/input_items</c>.</param>
    /// <param name="query">The client's query with its question mark.</param>
    /// <param name="headers">The client's headers.</param>
    /// <param name="plan">Time limits, and where the answer goes.</param>
    /// <returns>Why there is no answer; <see langword="null"/> when the client has the provider's.</returns>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async ValueTask<ClientError?> AskAsync(ModelTarget target, HttpMethod method, string path, string? query, IHeaderDictionary headers, RoutePlan plan)
    {
        var response = plan.Response;
        using var deadline = new AttemptDeadline(plan.Limits, time, time.GetTimestamp(), response.ClientLeft, cutOff.Token);
        using var message = ToMessage(target, method, path, query, headers, plan.Request.Snapshot.Headers.ToProvider(ApiFormat.Responses, isTranslated: false));
        try
        {
            using var answer = await clients.For(message.RequestUri!, plan.Limits.Connect).SendAsync(message, deadline.Token);
            if (AnswerFraming.FaultOf(answer) is { } fault)
                return AttemptFailure.Unreadable(target, fault).Error;
            await using var provider = new ProviderStream(await answer.Content.ReadAsStreamAsync(deadline.Token), deadline, keepAlive: null);
            var buffer = new byte[ProviderAnswer.SmallPiece];
            var read = await provider.ReadAsync(buffer);
            ForwardedHeaders.CopyToClient(answer, response.Headers, plan.Request.Snapshot.Headers.ToClient(ApiFormat.Responses, isTranslated: false), target.Api.IsGateway);
            response.Begin((int)answer.StatusCode, new AnswerHead(plan, target, 1, [], IsOriginal: true));
            if (read == 0)
                await response.StartAsync(deadline.Token);
            for (; read > 0; read = await provider.ReadAsync(buffer))
            {
                await response.Body.WriteAsync(buffer.AsMemory(0, read), deadline.Token);
                deadline.ExpectNextPiece();
            }

            return null;
        }
        catch (Exception exception) when (!response.ClientLeft.IsCancellationRequested && AttemptFailures.Of(target, exception, deadline, plan.Limits) is { } failure)
        {
            if (response.HasBegun)
                response.BreakOff();
            return failure.Error;
        }
    }

    private HttpRequestMessage ToMessage(ModelTarget target, HttpMethod method, string path, string? query, IHeaderDictionary headers, HeaderNames names)
    {
        var address = target.AddressOf(ApiFormat.Responses);
        var message = new HttpRequestMessage(method, ProviderPaths.WithQuery(new UriBuilder(address) { Path = address.AbsolutePath + path }.Uri, query))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        ForwardedHeaders.CopyToProvider(headers, message, names, target.Api.IsGateway);
        identity.Apply(message.Headers, target, null);
        UpstreamCredential.Apply(message.Headers, target, ApiFormat.Responses, headers);
        if (target.Config.HttpHost is { Length: > 0 } host)
            message.Headers.Host = host;
        return message;
    }
}
