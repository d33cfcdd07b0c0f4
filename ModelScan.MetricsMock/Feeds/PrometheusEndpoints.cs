using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.MetricsMock.Journal;
using ModelScan.MetricsMock.Models;

namespace ModelScan.MetricsMock.Feeds;

/// <summary>
/// The mock seen by Prometheus (<c>/metrics</c>), and the mock in place of Prometheus: the instant query of its HTTP API
/// (https://prometheus.io/docs/prometheus/latest/querying/api/) over the same metrics.
/// </summary>
internal static class PrometheusEndpoints
{
    public static void MapPrometheus(this IEndpointRouteBuilder app)
    {
        app.MapGet("/metrics", (ModelRegistry models, RequestCounts counts) =>
        {
            var text = new StringBuilder();
            foreach (var family in MetricFamily.Collect(models, counts))
                family.AppendTo(text);
            return Results.Text(text.ToString(), "text/plain; version=0.0.4; charset=utf-8");
        });
        app.MapGet("/api/v1/query", (HttpRequest request, ModelRegistry models, RequestCounts counts, TimeProvider time) =>
            Query(request.Query["query"], request.Query["time"], models, counts, time));
        app.MapPost("/api/v1/query", async (HttpRequest request, ModelRegistry models, RequestCounts counts, TimeProvider time, CancellationToken cancellation) =>
        {
            var form = request.HasFormContentType ? await request.ReadFormAsync(cancellation) : FormCollection.Empty;
            return Query(form["query"].FirstOrDefault() ?? request.Query["query"], form["time"].FirstOrDefault() ?? request.Query["time"], models, counts, time);
        });
        app.MapGet("/-/healthy", () => Results.Text("The mock in place of Prometheus is healthy.\n"));
        app.MapGet("/-/ready", () => Results.Text("The mock in place of Prometheus is ready.\n"));
    }

    private static IResult Query(string? query, string? time, ModelRegistry models, RequestCounts counts, TimeProvider clock)
    {
        try
        {
            var seconds = Parameter("time", () => ReadTime(time, clock));
            var selector = Parameter("query", () => MetricSelector.Parse(query ?? ""));
            var result = new JsonArray();
            foreach (var family in MetricFamily.Collect(models, counts))
            {
                foreach (var sample in family.Samples.Where(sample => selector.Selects(family.Name, sample.ModelName)))
                {
                    result.Add(new JsonObject
                    {
                        ["metric"] = new JsonObject { ["__name__"] = family.Name, [MetricFamily.Label] = sample.ModelName },
                        ["value"] = new JsonArray(seconds, sample.Value),
                    });
                }
            }

            return new JsonObject
            {
                ["status"] = "success",
                ["data"] = new JsonObject { ["resultType"] = "vector", ["result"] = result },
            }.ToResult();
        }
        catch (FormatException exception)
        {
            return new JsonObject
            {
                ["status"] = "error",
                ["errorType"] = "bad_data",
                ["error"] = exception.Message,
            }.ToResult(StatusCodes.Status400BadRequest);
        }
    }

    private static T Parameter<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException exception)
        {
            throw new FormatException($"invalid parameter \"{name}\": {exception.Message}", exception);
        }
    }

    // Unix seconds with a fraction, or RFC 3339; Prometheus answers with a resolution of milliseconds.
    private static decimal ReadTime(string? time, TimeProvider clock)
    {
        if (string.IsNullOrEmpty(time))
            return clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000m;
        if (decimal.TryParse(time, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            return Math.Round(seconds, 3);
        if (DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            return instant.ToUnixTimeMilliseconds() / 1000m;
        throw new FormatException($"cannot parse \"{time}\" to a valid timestamp");
    }
}
