namespace ModelScan.Tests.Sdk;

/// <summary>The two tools that the conversations offer: one with parameters, one without.</summary>
internal static class SampleTools
{
    public const string Weather = "weather";
    public const string Clock = "clock";

    /// <summary>The schema of the one parameter of <see cref="Weather"/>, <c>city</c>.</summary>
    public const string CitySchema = """{"type":"string"}""";

    /// <summary>The schema of the parameters of <see cref="Weather"/>.</summary>
    public const string WeatherSchema = $$"""{"type":"object","properties":{"city":{{CitySchema}}},"required":["city"]}""";

    /// <summary>The schema of the parameters of <see cref="Clock"/>, which has none.</summary>
    public const string ClockSchema = """{"type":"object","properties":{}}""";
}
