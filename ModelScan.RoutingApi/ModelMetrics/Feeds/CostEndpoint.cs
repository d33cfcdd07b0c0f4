namespace ModelScan.RoutingApi.ModelMetrics.Feeds;

/// <summary>
/// An endpoint of one's own, in USD per million tokens; the cached rate is optional:
/// <code>{"openai/gpt-4o": {"input_per_million": 5.0, "output_per_million": 20.0, "cached_input_per_million": 2.5}}</code>
/// </summary>
internal static class CostEndpoint
{
    /// <summary>Adds the answer; entries lacking an input or an output price are skipped.</summary>
    /// <exception cref="ModelMetricsFetchException">It is no object.</exception>
    public static void Read(JsonElement costs, ModelTableBuilder<ModelPrice> table)
    {
        if (costs.ValueKind != JsonValueKind.Object)
            throw ModelMetricsFetchException.Format("the answer is not an object of models");
        foreach (var model in costs.EnumerateObject())
        {
            if (model.Value.Amount("input_per_million", out _) is { } input && model.Value.Amount("output_per_million", out _) is { } output)
                table.Add(new ModelPrice(input, output, model.Value.Amount("cached_input_per_million", out _)), model.Name);
            else
                table.Skip();
        }
    }
}
