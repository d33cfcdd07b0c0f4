using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Errors of responses: in the response, in the event's <c>error</c>, or the event itself.</summary>
internal static class ResponsesError
{
    /// <summary>The error that an event tells. It has no status; what it would have been follows from its code.</summary>
    /// <param name="context">Names the provider.</param>
    /// <param name="next">What was read.</param>
    /// <param name="data">All of it.</param>
    public static ClientError Read(AnswerContext context, scoped ref readonly ResponsesEvent next, ReadOnlySpan<byte> data)
    {
        var json = next.ResponseError.IsEmpty ? next.Error : next.ResponseError;
        using var document = AnswerField.Open(json.IsEmpty ? data : json);
        var error = new AnswerField(document.RootElement);
        if (error.FindText("message") is { Length: > 0 })
        {
            var said = ProviderError.Read(context.ProviderName, [.. "{\"error\":"u8, .. json.IsEmpty ? data : json, (byte)'}']).Error;
            return StreamErrors.OfResponses(said);
        }

        var code = error.FindText("code") is { Length: > 0 } given ? given : "server_error";
        return StreamErrors.OfResponses(context.Error(next.Kind == ResponsesEventKind.Cancelled ? "cancelled the response" : "reported an error", code));
    }
}
