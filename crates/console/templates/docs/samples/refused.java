import com.stripe.StripeClient;
import com.stripe.exception.StripeException;

public class Main {
    public static void main(String[] args) {
        StripeClient client = StripeClient.builder()
            .setApiKey("{{key}}")
            .setApiBase("{{url}}")
            .build();

        try {
            client.v1().customers().retrieve("cus_nobody");
        } catch (StripeException error) {
            System.out.println(error.getStatusCode() + " " + error.getCode());
            System.out.println(error.getRequestId());
            System.out.println(error.getStripeError().getDocUrl());
        }
    }
}
