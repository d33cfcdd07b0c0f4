using System.Net;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.TokenCounting;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Answers <c>/v1/messages/count_tokens</c> where the model's provider does not count: an estimate of the gateway's own, in the
/// same form, marked as one by a header.
/// </summary>
internal static class EstimatedCount
{
    /// <summary>Whether the provider of <paramref name="target"/> cannot even be asked.</summary>
    public static bool IsNeededFor(ProxyExchange exchange, ModelTarget target) => exchange.CountsTokens && !target.Formats.Contains(ApiFormat.Messages);

    /// <summary>Whether an answer says that the provider has nothing that counts.</summary>
    public static bool IsNeededAfter(ProxyExchange exchange, HttpStatusCode status) =>
        exchange.CountsTokens && status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented;

    /// <summary>Answers the client.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="wasAsked">Whether the provider was asked first.</param>
    /// <param name="cancellationToken">Cancelled when the client leaves.</param>
    /// <exception cref="InvalidRequestException">The body is not a Messages request.</exception>
    public static async ValueTask AnswerAsync(ProxyExchange exchange, bool wasAsked, CancellationToken cancellationToken)
    {
        var tokens = MessagesTokens.Of(exchange.Body);
        exchange.AnswerByEstimate(wasAsked);
        exchange.Begin(StatusCodes.Status200OK);
        exchange.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(exchange.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens", tokens);
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
    }
}
