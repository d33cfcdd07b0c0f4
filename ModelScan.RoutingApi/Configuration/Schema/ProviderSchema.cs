using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelScan.RoutingApi.Providers.Catalogue;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary><c>model_providers</c>; which providers need an address is data of <see cref="ProviderCatalogue"/>.</summary>
internal static class ProviderSchema
{
    private const int MostTokens = 100_000_000;

    public static JsonObject Providers(string description) => List(description, Provider().Requiring("model").Where(
        If(Has("model", Matches(PrefixOf(ProviderCatalogue.All.Where(known => known is { BaseUrl: null, NeedsNoAddress: false, AddressIn: null })))), HasOneOf("base_url", "endpoint")),
        If(Has("model", Matches(PrefixOf(ProviderCatalogue.All.Where(known => known.AddressIn is not null)))), HasOneOf("base_url", "endpoint", "aws")),
        If(
            Has("model", Matches($"^(?!({Names(ProviderCatalogue.All)})/)[^/$]+/")),
            new JsonObject { ["allOf"] = new JsonArray(HasOneOf("base_url", "endpoint"), Has("provider_interface")) }),
        If(Has("model", Matches(PrefixOf(ProviderCatalogue.All.Where(known => known.IsKnownToPlano)))), new JsonObject { ["not"] = Has("provider_interface") }),
        If(Has("model", Matches(@"^[^/]+/\*$")), new JsonObject { ["not"] = Has("default", new JsonObject { ["const"] = true }) })));

    private static JsonObject Provider() => Map(
        "A model, or with provider/* every model of a provider.",
        ("model", RequiredText("provider/model as the provider names it, such as openai/gpt-4o-mini; openai/* for all of its models.", "^[^/]+/.")),
        ("name", Text("Another name by which clients and routes may call it.")),
        ("access_key", Text("The provider's key: a variable, such as $OPENAI_API_KEY, rather than the key itself.")),
        ("access_keys", Texts("Several keys instead of one; those that the provider refuses or limits are left alone for a while.")),
        ("key_selection", OneOf<KeySelection>("Which of access_keys a request gets: one after the other, or the one with the fewest requests under way.")),
        ("aws", Aws()),
        ("default", Flag("Whether this model answers requests that match no route and name no model.")),
        ("base_url", Url("Address of the provider's API; known providers have theirs.")),
        ("endpoint", Text("Host of the provider's API, as older files give it; base_url says it in one.")),
        ("port", Whole("Port beside endpoint.", 1, 65535)),
        ("protocol", OneOf("Protocol beside endpoint; https if left out.", "http", "https")),
        ("passthrough_auth", Flag("Whether the client's own credential is passed on instead of access_key.")),
        ("http_host", Text("Overrides the Host header.")),
        ("internal", Flag("Whether GET /v1/models leaves it out.")),
        ("provider_interface", OneOf("Which API a provider speaks that is not known by its name.", [.. ProviderCatalogue.Interfaces])),
        ("capabilities", Capabilities()),
        ("doors", Words("What the provider serves beside the answers of models, where that is not what is known of it.", ProviderDoors.Names)),
        ("retry_policy", RetryPolicy()),
        ("headers", TextMap("Headers added to every request to the provider.")),
        ("routing_preferences", List(
            "Routes as versions before v0.4.0 write them; since then they stand at the top level.",
            Map("A route to this model.", ("name", RequiredText("Its name.")), ("description", Text("When to choose it."))).Requiring("name"))),
        ("stream", PlanoSchema.Unenforced("model_providers.stream")),
        ("cluster_name", PlanoSchema.Unenforced("model_providers.cluster_name")),
        ("base_url_path_prefix", PlanoSchema.Unenforced("model_providers.base_url_path_prefix")),
        ("usage", PlanoSchema.Unenforced("model_providers.usage")),
        ("rate_limits", PlanoSchema.Unenforced("model_providers.rate_limits")));

    private static JsonObject RetryPolicy() => Map(
        "Who is asked when the model fails.",
        ("fallback_models", Texts("Models that stand in, in this order.")),
        ("default_strategy", Strategy("Whom to ask after a failure that no rule names; different_provider if left out.")),
        ("default_max_attempts", Whole("How often at most, after the first time; 2 if left out.", 1, 10)),
        ("on_status_codes", List("Rules by status; the first that names it.", Map(
            "A rule.",
            ("codes", new JsonObject { ["description"] = "Statuses, such as 429 or \"502-504\".", ["type"] = "array", ["items"] = new JsonObject { ["type"] = new JsonArray("integer", "string") } }),
            ("strategy", Strategy("Whom to ask.")),
            ("max_attempts", Whole("How often at most.", 1, 10))).Requiring("codes"))),
        ("on_timeout", Map("The rule for a model that does not answer in time.", ("strategy", Strategy("Whom to ask.")), ("max_attempts", Whole("How often at most.", 1, 10)))),
        ("backoff", Map(
            "How long to wait, doubled each time.",
            ("apply_to", OneOf("Before which attempts; all if left out.", "same_model", "same_provider", "all_retries", "global")),
            ("base_ms", Whole("The first wait in milliseconds; 100 if left out.", 1, 60_000)),
            ("max_ms", Whole("The longest; 5000 if left out.", 1, 60_000)),
            ("jitter", Flag("Whether each is shortened by chance; true if left out.")))));

    private static JsonObject Strategy(string description) => OneOf(description, "same_model", "same_provider", "different_provider");

    private static JsonObject Aws() => Map(
        "AWS credentials that sign requests instead of a key; those of the machine, unless a profile or keys are given.",
        ("region", Text("The region, such as us-west-2; where base_url names one, it may be left out.")),
        ("profile", Text("A profile of the shared credentials and configuration files.")),
        ("access_key_id", Text("An access key.")),
        ("secret_access_key", Text("Its secret: a variable rather than the secret itself.")),
        ("session_token", Text("What temporary credentials also need.")));

    private static JsonObject Capabilities() => Map(
        "What the model takes, where that is not what is known of it.",
        ("like", Text("Another model, whose capabilities it has.")),
        ("context", Tokens("Tokens of question and answer together.")),
        ("input", Tokens("Most tokens of a question.")),
        ("output", Tokens("Most tokens of an answer.")),
        ("output_field", OneOf("The field that bounds an answer.", "max_tokens", "max_completion_tokens")),
        ("in", Words("What a question may hold.", ModelCapabilitiesConfig.Modalities)),
        ("out", Words("What an answer may hold.", ModelCapabilitiesConfig.Modalities)),
        ("tools", Flag("Whether it calls tools.")),
        ("parallel_tools", Flag("Whether it calls several at once.")),
        ("max_tools", Whole("Most tools in a request.", 1, 100_000)),
        ("sampling", Flag("Whether temperature and top_p are accepted.")),
        ("developer_role", Flag("Whether messages of a developer are accepted.")),
        ("one_system_message", Flag("Whether there may be one system message, at the very start.")),
        ("structured_output", OneOf("How far it keeps to a form: a schema, any JSON, none.", "schema", "json", "none")),
        ("formats", Words("The API formats that it is served in.", ModelCapabilitiesConfig.KnownFormats)),
        ("refused_fields", Texts("Fields that it refuses.")),
        ("reasoning", new JsonObject { ["description"] = "Whether and how it reasons.", ["anyOf"] = new JsonArray(Flag("Whether it does."), Reasoning()) }));

    private static JsonObject Reasoning()
    {
        var reasoning = Map(
            "How it reasons.",
            ("efforts", Words("The efforts that it knows.", ModelCapabilitiesConfig.Efforts)),
            ("min_budget", Whole("Fewest tokens to reason with.", 0, MostTokens)),
            ("max_budget", Tokens("Most tokens to reason with.")),
            ("adaptive", Flag("Whether it decides itself how long it reasons.")),
            ("can_be_off", Flag("Whether it can do without.")),
            ("return_field", Text("The field in which its reasoning comes back, and has to be sent again.")));
        reasoning["type"] = "object";
        return reasoning;
    }

    private static JsonObject Tokens(string description) => Whole(description, 1, MostTokens);

    private static string PrefixOf(IEnumerable<ProviderApi> providers) => $"^({Names(providers)})/";

    private static string Names(IEnumerable<ProviderApi> providers) =>
        string.Join('|', providers.SelectMany(known => known.Synonyms.Append(known.Name)).Order(StringComparer.Ordinal).Select(Regex.Escape));
}
