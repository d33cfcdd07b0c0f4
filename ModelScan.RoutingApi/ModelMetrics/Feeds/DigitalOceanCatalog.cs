namespace ModelScan.RoutingApi.ModelMetrics.Feeds;

/// <summary>
/// DigitalOcean's model catalogue:
/// <code>
/// {"data": [{"model_id": "openai-gpt-oss-120b", "creator": "OpenAI",
///            "pricing": {"input_price_per_million": 1e-7, "output_price_per_million": 7e-7,
///                        "cache_read_input_price_per_million": 1e-8}}],
///  "links": {"pages": {"next": "…"}}, "meta": {"page": 1, "pages": 2}}
/// </code>
/// Despite their names the published numbers are USD per token. Only a catalogue whose numbers could not possibly be meant
/// so is read as per million: a token at 0.001 USD would be a model at 1000 USD per million.
/// </summary>
internal static class DigitalOceanCatalog
{
    private const double TokensPerRate = 1_000_000;
    private const double ImplausiblePerToken = 0.001;

    /// <summary>Adds one page of the catalogue.</summary>
    /// <exception cref="ModelMetricsFetchException">There is no <c>data</c> array.</exception>
    public static void Read(JsonElement page, ModelTableBuilder<ModelPrice> table)
    {
        if (page.Member("data") is not { ValueKind: JsonValueKind.Array } entries)
            throw ModelMetricsFetchException.Format("the catalogue has no data array");
        foreach (var entry in entries.EnumerateArray())
        {
            if (entry.Text("model_id") is { } id && entry.Member("pricing") is { } pricing && Price(pricing) is { } price)
                Add(table, price, id, entry.Text("creator"));
            else
                table.Skip();
        }
    }

    /// <summary>The next page, if the answer names one on the same server.</summary>
    public static Uri? NextPage(JsonElement page, Uri current)
    {
        if (page.Member("links")?.Member("pages")?.Text("next") is not { Length: > 0 } next || !Uri.TryCreate(current, next, out var address))
            return null;
        return address.GetLeftPart(UriPartial.Authority) == current.GetLeftPart(UriPartial.Authority) && address != current ? address : null;
    }

    /// <summary>
    /// A model is known by its id, by <c>creator/id</c>, and by <c>creator/id</c> without a creator that the id repeats:
    /// <c>openai-gpt-oss-120b</c> of OpenAI is also <c>openai/openai-gpt-oss-120b</c> and <c>openai/gpt-oss-120b</c>.
    /// </summary>
    private static void Add(ModelTableBuilder<ModelPrice> table, ModelPrice price, string id, string? creator)
    {
        var prefix = creator?.Trim().ToLowerInvariant();
        if (string.IsNullOrEmpty(prefix) || prefix.Length > 64)
        {
            table.Add(price, id);
            return;
        }

        var repeats = id.Length > prefix.Length + 1 && id[prefix.Length] == '-' && id.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
        table.Add(price, id, $"{prefix}/{id}", repeats ? $"{prefix}/{id[(prefix.Length + 1)..]}" : null);
    }

    /// <summary>A single missing price counts as 0; an entry without any has none (it is billed in something else than tokens).</summary>
    private static ModelPrice? Price(JsonElement pricing)
    {
        var input = pricing.Amount("input_price_per_million", out var hasInput);
        var output = pricing.Amount("output_price_per_million", out var hasOutput);
        if ((!hasInput && !hasOutput) || (hasInput && input is null) || (hasOutput && output is null))
            return null;
        var cached = pricing.Amount("cache_read_input_price_per_million", out _) ?? pricing.Amount("input_cache_read", out _);
        var highest = Math.Max(input ?? 0, output ?? 0);
        var scale = highest < ImplausiblePerToken ? TokensPerRate : 1;
        return new ModelPrice((input ?? 0) * scale, (output ?? 0) * scale, cached * scale);
    }
}
