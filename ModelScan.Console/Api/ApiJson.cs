using System.Text.Json.Serialization;

namespace ModelScan.WebConsole.Api;

/// <summary>How the gateway's JSON is read, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = false)]
[JsonSerializable(typeof(RequestPage))]
[JsonSerializable(typeof(RequestEntry))]
[JsonSerializable(typeof(AggregatePage))]
[JsonSerializable(typeof(LogStatus))]
[JsonSerializable(typeof(ModeState))]
[JsonSerializable(typeof(ConfigState))]
[JsonSerializable(typeof(ProvidersState))]
[JsonSerializable(typeof(DecisionAnswer))]
[JsonSerializable(typeof(Redecisions))]
[JsonSerializable(typeof(KeysState))]
[JsonSerializable(typeof(KeySecret))]
[JsonSerializable(typeof(LimitsState))]
[JsonSerializable(typeof(ApiError))]
internal sealed partial class ApiJson : JsonSerializerContext;
