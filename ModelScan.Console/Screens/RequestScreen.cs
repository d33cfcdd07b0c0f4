using System.Text;
using Microsoft.AspNetCore.Http;
using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Pages;
using ModelScan.WebConsole.Parts;
using ModelScan.WebConsole.Reading;

namespace ModelScan.WebConsole.Screens;

/// <summary><c>/console/requests/ID</c>: one request; below it, what can be done with it: decide it again, send it again, say whether its route was right.</summary>
internal sealed class RequestScreen : IScreen
{
    private const int MostTurns = 200;
    private const int KeptOfAnswer = 64 * 1024;

    /// <inheritdoc/>
    public async Task<Screen> ShowAsync(ScreenRequest request)
    {
        var id = request.Path[0];
        var found = await request.Api.FindAsync(id);
        if (found.Value is not { } entry)
            return Screen.Of<Notice, Notice.NoticeModel>("Not on record", "requests", new Notice.NoticeModel("Not on record", found.Problem ?? "There is no such request.", null)) with { Status = found.Status };
        var model = new RequestModel { Entry = entry, Token = request.Token, Address = request.Address };
        if (request.Form is not null && request.Path is [_, var action])
        {
            switch (action)
            {
                case "decide":
                    model = model with { Again = await DecideAsync(request, entry) };
                    break;
                case "send" when model.CannotSend is null:
                    model = model with { Sent = await SendAsync(request, model) };
                    break;
                case "feedback":
                    await NoteAsync(request, id);
                    return Screen.To(Links.Request(id));
            }
        }

        var config = await request.Api.ConfigAsync();
        var images = Conversation.WithImages($"{Links.Request(id)}/image", Conversation.OfRequest(entry.Body?.Request), Conversation.OfAnswer(entry.Body?.Response));
        return Screen.Of<RequestView, RequestModel>($"Request {id}", "requests", model with
        {
            Session = await SessionAsync(request, entry),
            Routes = config.Value?.Routes ?? [],
            Said = images[0],
            Answered = images[1],
            Prompt = DecidedOn.Prompt(entry.Body?.DecisionInput) ?? Conversation.Prompt(images[0]),
            Tools = Conversation.Tools(entry.Body?.Request),
        });
    }

    private static async Task<IReadOnlyList<RequestEntry>> SessionAsync(ScreenRequest request, RequestEntry entry) =>
        entry.ConversationId is { } session && (await request.Api.ListAsync(RequestFilterText.Condition("session", session), null, null, MostTurns)).Value is { } page
            ? [.. page.Data.Reverse()]
            : [];

    private static async Task<DecidedAgain> DecideAsync(ScreenRequest request, RequestEntry entry)
    {
        var report = await request.Api.SendAsync(HttpMethods.Post, "/admin/requests/redecide", ApiJson.Default.Redecisions, json =>
        {
            json.WriteStartObject();
            json.WriteString("filter", $"id:{entry.Id}");
            json.WriteNumber("limit", 1);
            json.WriteEndObject();
        });
        return report.Value switch
        {
            null => new DecidedAgain(null, null, report.Problem, null),
            { Undecidable: [var problem, ..] } => new DecidedAgain(null, null, problem.Reason, null),
            { Decided: 0 } => new DecidedAgain(null, null, "it is no longer on record", null),
            var done => new DecidedAgain(done.Routes is [var route, ..] ? route.To : null, done.Models is [var model, ..] ? model.To : null, null, done.Changes is [var change, ..] ? change : null),
        };
    }

    // As a client sends it, but for a label that leads back; what comes is read as far as anybody wants to know here.
    private static async Task<SentAgain> SendAsync(ScreenRequest request, RequestModel model)
    {
        await using var answer = new BeginningStream(KeptOfAnswer);
        var head = await request.Api.SendAsync(
            new GatewayRequest(HttpMethods.Post, model.Path)
            {
                Body = Encoding.UTF8.GetBytes(model.Entry.Body!.Request!),
                Headers = [new("x-modelscan-tags", $"replay_of={model.Entry.Id}"), .. TryScreen.HeadersOf(request)],
            },
            answer);
        return new SentAgain(
            head.Headers["x-modelscan-request-id"].ToString() is { Length: > 0 } id ? id : null, head.Status, head.Headers["x-modelscan-model"].ToString(),
            head.Status >= StatusCodes.Status400BadRequest ? GatewayApi.ProblemOf(answer.Kept) : null);
    }

    private static Task<Reply<RequestEntry>> NoteAsync(ScreenRequest request, string id) =>
        request.Api.SendAsync(HttpMethods.Put, $"/admin/requests/{Uri.EscapeDataString(id)}/feedback", ApiJson.Default.RequestEntry, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("right", request["right"] == "true");
            if (request["right"] != "true" && request["route"] is { Length: > 0 } route)
                json.WriteString("route", route == "none" ? null : route);
            json.WriteEndObject();
        });
}
