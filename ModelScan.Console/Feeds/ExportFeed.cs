using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Parts;
using ModelScan.WebConsole.Screens;

namespace ModelScan.WebConsole.Feeds;

/// <summary><c>/console/requests/export</c>: what a filter means, as a file.</summary>
internal sealed class ExportFeed : IFeed
{
    /// <inheritdoc/>
    public async Task WriteAsync(ScreenRequest request)
    {
        var format = request["format"] == "csv" ? "csv" : "ndjson";
        var response = request.Context.Response;
        response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson";
        response.Headers.ContentDisposition = $"attachment; filename=requests.{format}";
        var path = $"/admin/requests/export{GatewayApi.Query(("filter", request["q"]), ("since", TimeRange.Find(request["since"]).Since), ("format", format))}";
        await request.Api.SendAsync(new GatewayRequest("GET", path), response.Body);
    }
}
