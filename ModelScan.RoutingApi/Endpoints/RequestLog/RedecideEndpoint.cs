using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers.Models;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Routing.Records;
using ModelScan.RoutingApi.Routing.Redecisions;

namespace ModelScan.RoutingApi.Endpoints.RequestLog;

/// <summary>
/// <c>POST /admin/requests/redecide {"policy": "…yaml…", "filter": "…", "limit": 10000}</c>: what another policy would have done with the
/// latest requests that are meant. Without a policy, the one in force. Nobody is asked, and nothing is changed.
/// </summary>
internal sealed class RedecideEndpoint(
    RequestQueries queries, AdminAccess access, CurrentSnapshot current, ConfigFile file, ClassifierFactory classifiers, ModelCatalogue catalogue, ModelMetricsRefresher metrics, DecisionVectors vectors, MemoryBudget budget, TimeProvider time, Random random)
{
    private const long LargestBody = 4 << 20;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/admin/requests/redecide", access.Guard(DecideAsync));

    private async Task DecideAsync(HttpContext context)
    {
        using var reading = await ClientBody.ReadAsync(context.Request, LargestBody, budget);
        if (reading is not { Body: { } body, Refusal: null })
        {
            await ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, reading.Refusal!);
            return;
        }

        var (text, filter, limit) = Read(body.Bytes);
        PolicyUnderTest policy;
        try
        {
            var loaded = text is null ? current.Value.Loaded : file.Parse(text);
            policy = PolicyUnderTest.Of(loaded, current.Value.Config.Classifier.Encoder, classifiers, catalogue, time);
        }
        catch (InvalidConfigException exception)
        {
            throw new InvalidRequestException("policy", string.Join("; ", exception.Errors.Select(error => error.ToString())));
        }

        var details = new List<RequestDetail>();
        await foreach (var detail in queries.ReadAllAsync(FilterParser.Parse(filter, time.GetUtcNow()), limit, withInputs: true, context.RequestAborted))
            details.Add(detail);
        var decisions = await new Redecider(metrics.Current, vectors, random).DecideAsync(policy, details, context.RequestAborted);
        await RequestLogEndpoints.WriteAsync(context, new RedecisionReport(decisions, policy.Notes).Write);
    }

    private static (string? Policy, string? Filter, int Limit) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new InvalidRequestException("the body must be a JSON object");
            var limit = Redecider.MaxRecords;
            if (root.TryGetProperty("limit", out var most) && !(most.ValueKind == JsonValueKind.Number && most.TryGetInt32(out limit) && limit is >= 1 and <= Redecider.MaxRecords))
                throw new InvalidRequestException("limit", $"must be a whole number from 1 to {Redecider.MaxRecords}");
            return (Text(root, "policy"), Text(root, "filter"), limit);
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {JsonProblem.Describe(exception)}", exception);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        !root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new InvalidRequestException(name, "must be text");
}
