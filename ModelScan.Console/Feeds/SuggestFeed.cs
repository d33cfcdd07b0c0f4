using System.Text.Json;
using ModelScan.WebConsole.Parts;
using ModelScan.WebConsole.Screens;

namespace ModelScan.WebConsole.Feeds;

/// <summary><c>/console/suggest?key=model</c>: what a filter could say of something, the most frequent first: <c>[["openai/gpt-4o", 12], …]</c>.</summary>
internal sealed class SuggestFeed : IFeed
{
    private const int Most = 200;

    /// <inheritdoc/>
    public async Task WriteAsync(ScreenRequest request)
    {
        var key = request["key"];
        var groups = await request.Api.AggregateAsync("", TimeRange.Find(request["since"]).Since, groupBy: key);
        request.Context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(request.Context.Response.BodyWriter);
        json.WriteStartArray();
        foreach (var group in groups.Value?.Data.Take(Most) ?? [])
        {
            json.WriteStartArray();
            json.WriteStringValue(group.Value(key) is { } value ? RequestFilterText.Condition(key, value)[(key.Length + 1)..] : "none");
            json.WriteNumberValue(group.Requests);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        await json.FlushAsync(request.Context.RequestAborted);
    }
}
