using System.Text.Json.Nodes;
using ModelScan.MetricsMock.Journal;
using ModelScan.MetricsMock.Providers;

namespace ModelScan.MetricsMock.Models;

/// <summary>The mock's own controls: change models while it runs, and put everything back.</summary>
internal static class ModelEndpoints
{
    private const int MaxNameLength = 200;

    public static void MapModels(this IEndpointRouteBuilder app)
    {
        app.MapGet("/models", (ModelRegistry models) => new JsonArray([.. models.Snapshot.Values.Select(model => (JsonNode)model.ToJson())]).ToResult());
        app.MapPut("/models/{**name}", PutAsync);
        app.MapDelete("/models/{**name}", (string name, ModelRegistry models) =>
            models.Remove(Decode(name)) ? Results.NoContent() : Refusal("name", $"There is no model {Decode(name)}.").ToResult(StatusCodes.Status404NotFound));
        app.MapPost("/reset", (ModelRegistry models, RequestJournal journal, RequestCounts counts, PromptCache cache) =>
        {
            models.Reset();
            journal.Clear();
            counts.Clear();
            cache.Clear();
            return Results.NoContent();
        });
    }

    private static async Task<IResult> PutAsync(string name, HttpRequest request, ModelRegistry models, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        try
        {
            var decoded = Decode(name);
            if (string.IsNullOrWhiteSpace(decoded) || decoded.Length > MaxNameLength)
                throw new InvalidFieldException("name", $"Has to be 1 to {MaxNameLength} characters long.");
            var patch = ModelPatch.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            return models.Change(decoded, patch.Apply).ToJson().ToResult();
        }
        catch (InvalidFieldException refused)
        {
            return Refusal(refused.Field, refused.Message).ToResult(StatusCodes.Status400BadRequest);
        }
    }

    private static JsonObject Refusal(string field, string message) =>
        new() { ["error"] = new JsonObject { ["field"] = field, ["message"] = message } };

    // The server decodes every escape of a path except that of the slash.
    private static string Decode(string name) => name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
