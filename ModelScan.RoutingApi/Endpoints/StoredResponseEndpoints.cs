using System.Globalization;
using ModelScan.RoutingApi.ConversationState;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Pipeline.Replay;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.Routing;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>GET</c> and <c>DELETE /v1/responses/{id}</c>, <c>GET /v1/responses/{id}/input_items</c>, <c>POST /v1/responses/{id}/cancel</c>: responses
/// that are kept. What a provider keeps itself it answers for itself.
/// </summary>
internal sealed class StoredResponseEndpoints(CurrentSnapshot current, StoredResponses stored, HeldResponses held, IRouterSource routers, TimeProvider time)
{
    private const int DefaultItems = 20;
    private const int MostItems = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/responses/{id}", context => AnswerAsync(context, "", WriteAsync));
        routes.MapDelete("/v1/responses/{id}", DeleteAsync);
        routes.MapGet("/v1/responses/{id}/input_items", context => AnswerAsync(context, "/input_items", WriteItemsAsync));
        routes.MapPost("/v1/responses/{id}/cancel", context => AnswerAsync(context, "/cancel", RefuseCancelAsync));
    }

    private async Task AnswerAsync(HttpContext context, string below, Func<HttpContext, StoredResponse, Task> answer)
    {
        if (await FindAsync(context) is not { } response)
            return;
        if (!await TryForwardAsync(context, response, below))
            await answer(context, response);
    }

    // The gateway's copy goes, whatever becomes of the provider's.
    private async Task DeleteAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } response)
            return;
        if (await stored.DeleteAsync(response.Owner, response.Id, context.RequestAborted) == ResponseSearch.Unavailable)
        {
            await FailAsync(context, Unavailable(response.Id));
            return;
        }

        if (await TryForwardAsync(context, response, ""))
            return;
        await WriteJsonAsync(context, response, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, response.Id);
            writer.WriteString("object"u8, "response"u8);
            writer.WriteBoolean("deleted"u8, true);
            writer.WriteEndObject();
        });
    }

    private Task WriteAsync(HttpContext context, StoredResponse response) => WriteJsonAsync(context, response, writer => writer.WriteRawValue(response.Response.Span, skipInputValidation: true));

    // https://platform.openai.com/docs/api-reference/responses/input-items
    private async Task WriteItemsAsync(HttpContext context, StoredResponse response)
    {
        var query = context.Request.Query;
        var limit = DefaultItems;
        if (query.TryGetValue("limit", out var given) && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostItems))
        {
            await FailAsync(context, Invalid("limit", $"must be a whole number from 1 to {MostItems}"));
            return;
        }

        var order = query["order"].ToString();
        if (order is not ("" or "asc" or "desc"))
        {
            await FailAsync(context, Invalid("order", "must be asc or desc"));
            return;
        }

        var items = TurnItems.Listed(response.Input, response.Id);
        if (order != "asc")
            items.Reverse();
        var from = 0;
        if (query["after"].ToString() is { Length: > 0 } after && (from = items.FindIndex(item => item.Id == after) + 1) == 0)
        {
            await FailAsync(context, Invalid("after", "names no item of this response's input"));
            return;
        }

        var page = items.Skip(from).Take(limit).ToList();
        await WriteJsonAsync(context, response, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var (_, json) in page)
                writer.WriteRawValue(json, skipInputValidation: true);
            writer.WriteEndArray();
            writer.WriteString("first_id"u8, page.Count > 0 ? page[0].Id : null);
            writer.WriteString("last_id"u8, page.Count > 0 ? page[^1].Id : null);
            writer.WriteBoolean("has_more"u8, from + page.Count < items.Count);
            writer.WriteEndObject();
        });
    }

    // What runs in the background runs at a provider that keeps it.
    private Task RefuseCancelAsync(HttpContext context, StoredResponse response) =>
        FailAsync(context, new ClientError(StatusCodes.Status400BadRequest, $"Cannot cancel a synchronous response: '{response.Id}' is complete", "InvalidRequest"));

    private async ValueTask<StoredResponse?> FindAsync(HttpContext context)
    {
        var id = (string?)context.Request.RouteValues["id"] ?? "";
        if (!stored.Config.IsOn)
        {
            await FailAsync(context, NotFound(id, " (responses_state.store is none)"));
            return null;
        }

        var (search, response) = await stored.FindOneAsync(ResponseTurns.OwnerOf(context.Request.Headers, KeyGuard.CallerOf(context, current.Value), current.Value), id, context.RequestAborted);
        if (response is null)
            await FailAsync(context, search == ResponseSearch.Unavailable ? Unavailable(id) : NotFound(id, ""));
        return response;
    }

    private async ValueTask<bool> TryForwardAsync(HttpContext context, StoredResponse response, string below)
    {
        var snapshot = current.Value;
        if (!response.IsHeld || snapshot.Models.Find(response.Model) is not { Problem: null } target || ProviderAccount.Of(target) != response.Account || !target.Formats.Contains(ApiFormat.Responses))
            return false;
        var (request, answer) = (context.Request, new HttpClientResponse(context));
        var asked = new ClientRequest(ApiFormat.Responses, RequestKind.Answer, RequestMemory.Of("{}"u8.ToArray()), request.Headers, snapshot, time, time.GetTimestamp()) { Caller = KeyGuard.CallerOf(context, snapshot) };
        var plan = new RoutePlan(asked, answer, routers.ModeInForce, RouteTerms.Alone);
        var error = await held.AskAsync(target, new HttpMethod(request.Method), $"/{Uri.EscapeDataString(response.Id)}{below}", request.QueryString.Value, request.Headers, plan);
        if (error is not null && !answer.HasBegun)
            await FailAsync(context, error);
        await answer.EndAsync(new RouteResult(plan, []));
        return true;
    }

    private async Task WriteJsonAsync(HttpContext context, StoredResponse response, Action<Utf8JsonWriter> write)
    {
        Say(context, response.Model);
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, WireJson.Options);
        write(writer);
        await writer.FlushAsync(context.RequestAborted);
    }

    private Task FailAsync(HttpContext context, ClientError error)
    {
        Say(context, null);
        return ErrorResponse.WriteAsync(context, ApiFormat.Responses, error);
    }

    private void Say(HttpContext context, string? model)
    {
        ProxyHeaders.WriteUnrouted(context, routers.ModeInForce, RequestId.Create(time.GetUtcNow()));
        if (model is not null)
            context.Response.Headers[ResponseHeaders.Model] = ResponseHeaders.Encode(model);
    }

    private static ClientError NotFound(string id, string why) => new(StatusCodes.Status404NotFound, $"Response with id '{(id.Length <= 128 ? id : id[..128] + "…")}' not found{why}", "NotFound");

    private static ClientError Unavailable(string id) => new(StatusCodes.Status503ServiceUnavailable, $"the store of responses is not available, so that '{id}' cannot be looked for; try again", "ResponseStoreUnavailable");

    private static ClientError Invalid(string field, string problem) => new(StatusCodes.Status400BadRequest, $"{field}: {problem}", "InvalidRequest", field);
}
