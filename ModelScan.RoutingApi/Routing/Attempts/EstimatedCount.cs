using System.Net;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.TokenCounting;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Answers <c>/v1/messages/count_tokens</c> where the model's provider does not count: an estimate of the gateway's own, in the
/// same form, marked as one by a header; where the model's vocabulary is known, its texts are counted by it.
/// </summary>
internal static class EstimatedCount
{
    /// <summary>Whether the provider of <paramref name="target"/> cannot even be asked.</summary>
    public static bool IsNeededFor(ClientRequest request, ModelTarget target) => request.CountsTokens && (!target.Formats.Contains(ApiFormat.Messages) || target.HasModelInPath(ApiFormat.Messages));

    /// <summary>Whether an answer says that the provider has nothing that counts.</summary>
    public static bool IsNeededAfter(ClientRequest request, HttpStatusCode status) =>
        request.CountsTokens && status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented;

    /// <summary>Answers the client.</summary>
    /// <param name="plan">The request.</param>
    /// <param name="target">The model.</param>
    /// <param name="attempts">How many requests have been sent.</param>
    /// <exception cref="InvalidRequestException">The body is not a Messages request.</exception>
    public static async ValueTask AnswerAsync(RoutePlan plan, ModelTarget target, int attempts)
    {
        var response = plan.Response;
        Func<string, long>? text = target.Capabilities.Vocabulary == TokenVocabulary.O200kBase ? (await VocabularyTokens.ForO200kBaseAsync(response.ClientLeft)).Of : null;
        var tokens = MessagesTokens.Of(plan.Request.Body, text);
        response.Begin(StatusCodes.Status200OK, new AnswerHead(plan, target, attempts, [], IsEstimated: true));
        response.Headers.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(response.Body);
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens", tokens);
        writer.WriteEndObject();
        await writer.FlushAsync(response.ClientLeft);
    }
}
