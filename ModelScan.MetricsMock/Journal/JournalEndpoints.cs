using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Journal;

/// <summary><c>GET /requests</c> shows the journal, oldest first; <c>DELETE</c> empties it.</summary>
internal static class JournalEndpoints
{
    public static void MapJournal(this IEndpointRouteBuilder app)
    {
        app.MapGet("/requests", (RequestJournal journal) =>
            new JsonArray([.. journal.Requests.Select(request => (JsonNode)request.ToJson())]).ToResult());
        app.MapDelete("/requests", (RequestJournal journal) =>
        {
            journal.Clear();
            return Results.NoContent();
        });
    }
}
