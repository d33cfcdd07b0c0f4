using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Numbers that steer sampling, which some models (those that think) do not take.</summary>
internal static class SamplingNumber
{
    /// <summary>Writes a request's number, or reports that the model is not told of it.</summary>
    /// <param name="request">The client's request.</param>
    /// <param name="name">The number's name there.</param>
    /// <param name="json">The provider's request.</param>
    /// <param name="target">The number's name there.</param>
    /// <param name="capabilities">What the model takes.</param>
    /// <param name="dropped">What it is not told.</param>
    /// <exception cref="InvalidRequestException">It is no number.</exception>
    public static void Copy(RequestField request, string name, Utf8JsonWriter json, string target, ModelCapabilities capabilities, DroppedFields dropped)
    {
        if (request.Find(name) is not { } field)
            return;
        _ = field.Number;
        if (capabilities.Sampling)
            field.CopyRaw(json, target);
        else
            dropped.Add(name);
    }
}
