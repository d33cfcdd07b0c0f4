using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Parts;
using ModelScan.WebConsole.Screens;

namespace ModelScan.WebConsole.Feeds;

/// <summary><c>/console/requests/export</c>: what a filter means, as a file: its records, or its labelled prompts.</summary>
internal sealed class ExportFeed : IFeed
{
    /// <inheritdoc/>
    public async Task WriteAsync(ScreenRequest request)
    {
        var (type, name, path) = request["format"] switch
        {
            "csv" => ("text/csv; charset=utf-8", "requests.csv", "/admin/requests/export"),
            "examples" => ("application/x-ndjson", "examples.jsonl", "/admin/requests/examples"),
            _ => ("application/x-ndjson", "requests.ndjson", "/admin/requests/export"),
        };
        var response = request.Context.Response;
        response.ContentType = type;
        response.Headers.ContentDisposition = $"attachment; filename={name}";
        var query = GatewayApi.Query(("filter", request["q"]), ("since", TimeRange.Find(request["since"]).Since), ("format", request["format"] == "csv" ? "csv" : null));
        await request.Api.SendAsync(new GatewayRequest("GET", $"{path}{query}"), response.Body);
    }
}
