using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Selection;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>
/// Routes that a client sends along: they replace the configured ones for that request. Today's form is
/// <c>routing_preferences: [{name, description, models, selection_policy?}]</c>; the older one is
/// <c>routing_policy: [{model, routing_preferences: [{name, description}]}]</c>.
/// </summary>
public static class InlineRoutes
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>
    /// Reads what the client sent. As in Plano, a list that is not of the right form is ignored, not refused; then
    /// <paramref name="note"/> says why. One that is too long is refused: every route costs time before the first byte.
    /// </summary>
    /// <param name="preferences">JSON of <c>routing_preferences</c>; empty when there is none.</param>
    /// <param name="policy">JSON of <c>routing_policy</c>; empty when there is none, unused when there are preferences.</param>
    /// <param name="limits">How long it may be.</param>
    /// <param name="note">Why the list was ignored; else <see langword="null"/>.</param>
    /// <returns>The routes, possibly none; <see langword="null"/> when the configured ones hold.</returns>
    /// <exception cref="InvalidRequestException">It is too long.</exception>
    public static IReadOnlyList<RoutePreferenceConfig>? Read(ReadOnlyMemory<byte> preferences, ReadOnlyMemory<byte> policy, InlineRoutesConfig limits, out string? note)
    {
        note = null;
        if (preferences.IsEmpty && policy.IsEmpty)
            return null;
        var (json, field) = preferences.IsEmpty ? (policy, "routing_policy") : (preferences, "routing_preferences");
        if (json.Length > limits.MaxBytes)
            throw new InvalidRequestException(field, $"must have at most {limits.MaxBytes} bytes, not {json.Length} (routing.inline_routes)");
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Null)
                return null;
            var routes = preferences.IsEmpty ? ReadPolicy(document.RootElement) : ReadPreferences(document.RootElement);
            return routes.Count <= limits.MaxRoutes ? routes : throw new InvalidRequestException(field, $"must have at most {limits.MaxRoutes} routes, not {routes.Count} (routing.inline_routes)");
        }
        catch (FormatException exception)
        {
            note = $"{field} ignored: {exception.Message}"; // this reader's own words
            return null;
        }
        catch (JsonException exception)
        {
            note = $"{field} ignored: {JsonProblem.Describe(exception, json.Span)}";
            return null;
        }
        catch (InvalidOperationException)
        {
            note = $"{field} ignored: it has another form than a list of routes";
            return null;
        }
    }

    private static List<RoutePreferenceConfig> ReadPreferences(JsonElement list)
    {
        var routes = new List<RoutePreferenceConfig>();
        foreach (var item in Items(list, "it"))
        {
            var models = Items(Property(item, "models"), "models").Select(model => Text(model, "models")).ToArray();
            if (models.Length == 0)
                throw new FormatException("models must name at least one model");
            routes.Add(new RoutePreferenceConfig(
                Text(Property(item, "name"), "name"), Description(item), models, ReadPreference(item)));
        }

        return routes;
    }

    private static ISelectionPolicy ReadPreference(JsonElement route)
    {
        if (!route.TryGetProperty("selection_policy", out var policy) || policy.ValueKind == JsonValueKind.Null)
            return SelectionPolicies.Default;
        if (policy.ValueKind != JsonValueKind.Object)
            throw new FormatException("selection_policy must be an object");
        if (!policy.TryGetProperty("prefer", out var prefer) || prefer.ValueKind == JsonValueKind.Null)
            return SelectionPolicies.Default;
        return SelectionPolicies.Find(Text(prefer, "prefer")) ?? throw new FormatException($"prefer is not one of {SelectionPolicies.Names}");
    }

    // The older form hangs routes on models; a route that several models have gets all of them, in order.
    private static List<RoutePreferenceConfig> ReadPolicy(JsonElement list)
    {
        var routes = new List<RoutePreferenceConfig>();
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in Items(list, "it"))
        {
            var model = Text(Property(item, "model"), "model");
            if (!item.TryGetProperty("routing_preferences", out var preferences) || preferences.ValueKind == JsonValueKind.Null)
                continue;
            foreach (var preference in Items(preferences, "routing_preferences"))
            {
                var name = Text(Property(preference, "name"), "name");
                if (positions.TryGetValue(name, out var position))
                {
                    routes[position] = routes[position] with { Models = [.. routes[position].Models, model] };
                    continue;
                }

                positions[name] = routes.Count;
                routes.Add(new RoutePreferenceConfig(name, Description(preference), [model], SelectionPolicies.Default));
            }
        }

        return routes;
    }

    private static string Description(JsonElement route) =>
        route.TryGetProperty("description", out var description) && description.ValueKind != JsonValueKind.Null ? Text(description, "description") : "";

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw new FormatException($"{field} must be an array");

    private static JsonElement Property(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new FormatException("every entry must be an object");
        return element.TryGetProperty(name, out var value) ? value : throw new FormatException($"{name} is missing");
    }

    private static string Text(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw new FormatException($"{field} must be a string");
}
