using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Pages;
using ModelScan.WebConsole.Parts;
using ModelScan.WebConsole.Reading;

namespace ModelScan.WebConsole.Screens;

/// <summary><c>/console/whatif</c>: what a draft of a policy would have done with requests on record. Nobody is asked, and nothing is changed.</summary>
internal sealed partial class WhatIfScreen : IScreen
{
    private const int MostRecords = 10_000;

    // No request has it: what is decided again is nothing, and the draft is read all the same.
    private const string Nothing = "id:00000000000000000000000000";

    /// <inheritdoc/>
    public async Task<Screen> ShowAsync(ScreenRequest request)
    {
        var config = await request.Api.ConfigAsync();
        var document = config.Value is { Document.ValueKind: JsonValueKind.Object } loaded ? loaded.Document : default;
        var current = document.ValueKind == JsonValueKind.Object ? YamlText.Of(document) : "";
        var model = new WhatIfModel
        {
            Token = request.Token,
            Filter = request["q"].Trim(),
            Range = TimeRange.Find(request["since"]),
            Limit = int.TryParse(request["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? Math.Clamp(most, 1, MostRecords) : 1000,
            Current = current,
            Draft = request.Form is null ? current : request.Path is ["cheapest"] && current.Length > 0 ? Cheapest(document) : request["draft"].ReplaceLineEndings("\n"),
            Errors = config.Problem is { } problem ? [new DraftError(null, problem)] : [],
        };
        if (request.Form is not null)
            model = await DecideAsync(request, model, onlyCheck: request.Path is ["check"]);
        return Screen.Of<WhatIfView, WhatIfModel>("What if", "whatif", model);
    }

    /// <summary>A configuration whose routes all prefer the cheapest of their models, as YAML.</summary>
    internal static string Cheapest(JsonElement document)
    {
        var root = JsonNode.Parse(document.GetRawText())!.AsObject();
        Prefer(root);
        foreach (var list in (ReadOnlySpan<string>)["model_providers", "llm_providers"])
        {
            foreach (var provider in root[list] as JsonArray ?? [])
                Prefer(provider as JsonObject);
        }

        using var changed = JsonDocument.Parse(root.ToJsonString());
        return YamlText.Of(changed.RootElement);

        static void Prefer(JsonObject? holder)
        {
            foreach (var route in holder?["routing_preferences"] as JsonArray ?? [])
            {
                if (route is JsonObject known)
                    known["selection_policy"] = new JsonObject { ["prefer"] = "cheapest" };
            }
        }
    }

    private static async Task<WhatIfModel> DecideAsync(ScreenRequest request, WhatIfModel model, bool onlyCheck)
    {
        var isSame = model.Draft == model.Current;
        var filter = model.Range.Since is { } since ? $"{model.Filter} since:{since}".Trim() : model.Filter;
        var answer = await request.Api.SendAsync(HttpMethods.Post, "/admin/requests/redecide", ApiJson.Default.Redecisions, json =>
        {
            json.WriteStartObject();

            // What is masked in the page is not masked in the policy in force.
            if (!isSame)
                json.WriteString("policy", model.Draft);
            json.WriteString("filter", onlyCheck ? Nothing : filter);
            json.WriteNumber("limit", model.Limit);
            json.WriteEndObject();
        });
        if (answer.Value is not { } report)
            return model with { Errors = ErrorsOf(answer.Problem ?? "") };
        return model with { IsValid = true, Report = onlyCheck ? null : report, Difference = LineDifference.Of(model.Current, model.Draft) };
    }

    // "policy: line 9: routing_preferences[0].name: is required; line 12: …"
    private static List<DraftError> ErrorsOf(string problem)
    {
        var errors = new List<DraftError>();
        foreach (var text in LineStart().Split(problem))
        {
            var match = LineNumber().Match(text);
            errors.Add(new DraftError(match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null, text.Trim().TrimEnd(';')));
        }

        return errors;
    }

    [GeneratedRegex("(?<=; )(?=line [0-9]+:)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineStart();

    [GeneratedRegex("line ([0-9]{1,7})", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineNumber();
}
