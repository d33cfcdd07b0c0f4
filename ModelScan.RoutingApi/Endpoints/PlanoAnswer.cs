using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>What the gateway can answer itself and a Plano answers in the modes that leave the deciding to it.</summary>
internal static class PlanoAnswer
{
    /// <summary>Lets Plano answer, where the mode wants that.</summary>
    /// <returns>Whether the client has its answer; if not, the gateway is to answer itself, a fallback being noted in the headers.</returns>
    public static async ValueTask<bool> TryAsync(RequestPipeline pipeline, ClientRequest request, HttpContext context)
    {
        var response = new HttpClientResponse(context);
        if (await pipeline.AskPlanoAsync(request, response) is not { } result)
            return false;
        if (result is { Failure: not null, Plan.Terms.FallbackReason: { } reason })
        {
            context.Response.Headers[ResponseHeaders.Fallback] = ResponseHeaders.Encode(reason);
            return false;
        }

        await response.EndAsync(result);
        return true;
    }
}
